/** Whether a host is this machine: what is sent there crosses no network. */
export function isThisMachine(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /^127\.\d+\.\d+\.\d+$/.test(name) ||
    name === '[::1]'
  );
}

/** Whether what is sent to an address, the key too, can be read on its way: plain http to another machine. */
export function isReadableOnItsWay(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && !isThisMachine(url.hostname);
}
