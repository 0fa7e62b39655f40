/** The port of the local API (本机接口) unless another one is chosen. */
export const DEFAULT_API_PORT = 17_610;
/** Ports that need no rights of an administrator. */
export const API_PORTS = { least: 1024, most: 65_535 };
/** An origin as a browser sends it: scheme, host and perhaps a port, without a path. */
export const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^\s/,?#@]+$/;
