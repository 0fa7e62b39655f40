import { z } from 'zod';

/** What npm wrote of the dependencies: which of them serve development only. */
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});

/** What `npm audit --json` answers (report version 2). A text in `via` names a dependency that is to blame. */
const auditSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      nodes: z.array(z.string()),
      via: z.array(
        z.union([z.string(), z.object({ title: z.string(), url: z.string(), severity: z.string() })]),
      ),
    }),
  ),
});

/** A bill of materials of `npm sbom --sbom-format cyclonedx`, as far as it is added to. */
const billSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(z.looseObject({ name: z.string() })),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

/** A dependency for development to npm, because the packager and not npm puts it into the packages. */
const ELECTRON = 'node_modules/electron';
/** The degrees that keep a version from being released. */
const STOPPING = ['high', 'critical'];

/**
 * The known holes of high or critical degree in what ships: the dependencies that are bundled, and Electron itself. What
 * Electron's npm package needs to be downloaded does not ship. Throws when npm's answer is no report.
 */
export function shippedHoles(audit: unknown, lock: unknown): string[] {
  const { packages } = lockSchema.parse(lock);
  const { vulnerabilities } = auditSchema.parse(audit);
  return Object.entries(vulnerabilities).flatMap(([name, { severity, nodes, via }]) => {
    const own = via.filter((reason) => typeof reason !== 'string');
    const ships = nodes.some((node) => packages[node]?.dev !== true);
    const isElectron = nodes.includes(ELECTRON);
    const stops = ships
      ? STOPPING.includes(severity)
      : isElectron && own.some((reason) => STOPPING.includes(reason.severity));
    if (!stops) return [];
    const reasons = own.map(({ title, url }) => `${title} ${url}`);
    return [`${name} (${severity}): ${reasons.join('; ') || `by ${via.join(', ')}`}`];
  });
}

/** A bill of materials with Electron in it. Throws when the lock file has none. */
export function withElectron(bill: unknown, lock: unknown): object {
  const parsed = billSchema.parse(bill);
  const electron = lockSchema.parse(lock).packages[ELECTRON];
  if (electron?.version === undefined) throw new Error('package-lock.json has no Electron');
  const ref = `electron@${electron.version}`;
  const [algorithm, digest] = (electron.integrity ?? '').split('-');
  const hash = Buffer.from(digest ?? '', 'base64').toString('hex');
  const component = {
    'bom-ref': ref,
    type: 'framework',
    name: 'electron',
    version: electron.version,
    scope: 'required',
    purl: `pkg:npm/${ref}`,
    ...(algorithm === 'sha512' ? { hashes: [{ alg: 'SHA-512', content: hash }] } : {}),
    ...(electron.license ? { licenses: [{ license: { id: electron.license } }] } : {}),
  };
  const root = parsed.metadata.component['bom-ref'];
  return {
    ...parsed,
    components: [...parsed.components.filter(({ name }) => name !== 'electron'), component],
    dependencies: [
      ...parsed.dependencies.map((entry) =>
        entry.ref === root ? { ...entry, dependsOn: [...entry.dependsOn, ref] } : entry,
      ),
      { ref, dependsOn: [] },
    ],
  };
}
