// npm run conformance -- DIR [--only REGEX] [--backend cpu|cuda|reference] [--device cpu|cuda] [--json FILE] [--accepted FILE]
// With --accepted the run succeeds when exactly the failures that the file lists, each with its reason, are left; there may
// be several files.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BackendName, devices } from '../../lib/index.js';
import { conformance } from './runner.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    backend: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    json: { type: 'string' },
    accepted: { type: 'string', multiple: true },
  },
});

const [folder] = positionals;
if (folder === undefined) {
  console.error(
    'usage: npm run conformance -- DIR [--only REGEX] [--backend cpu|cuda|reference] [--device cpu|cuda] [--json FILE] [--accepted FILE]',
  );
  process.exit(2);
}
const device = devices().find((known) => known.device === values.device);
if (!device?.available) {
  console.error(device?.reason ?? `there is no device "${values.device}". Devices: cpu, cuda.`);
  process.exit(2);
}

/** Names of cases by the reason why they may fail. */
type Accepted = Readonly<Record<string, readonly string[]>>;
const accepted = (values.accepted ?? []).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Accepted);
const reasons = new Map(
  accepted
    .flatMap((list) => Object.entries(list))
    .flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

const only = values.only === undefined ? undefined : new RegExp(values.only);
const result = conformance(folder, {
  only,
  backend: values.device === 'cuda' ? 'cuda' : (values.backend as BackendName | undefined),
  onFailure: ({ name, reason }) =>
    console.log(`${reasons.has(name) ? 'accepted' : 'FAILED'} ${name}: ${reason}`),
});
const failures = new Set(result.failures.map(({ name }) => name));
const unexpected = result.failures.filter(({ name }) => !reasons.has(name)).map(({ name }) => name);
const mended = [...reasons.keys()].filter((name) => (only?.test(name) ?? true) && !failures.has(name));
for (const name of mended) console.log(`passes now, take it off the list: ${name}`);
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ ...result, unexpected, mended }, null, 2)}\n`);
if (result.excluded > 0) console.log(`${result.excluded} excluded by name (masks, training)`);
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exitCode = unexpected.length + mended.length > 0 ? 1 : 0;
