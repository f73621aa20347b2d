// npm run conformance -- DIR [--only REGEX] [--backend cpu|reference] [--device cpu] [--json FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BackendName } from '../../lib/index.js';
import { conformance } from './runner.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    backend: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    json: { type: 'string' },
  },
});

const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: npm run conformance -- DIR [--only REGEX] [--backend cpu|reference] [--device cpu] [--json FILE]');
  process.exit(2);
}
if (values.device !== 'cpu') {
  console.error(`there is no device "${values.device}" in this build. Devices: cpu.`);
  process.exit(2);
}

const result = conformance(folder, {
  only: values.only === undefined ? undefined : new RegExp(values.only),
  backend: values.backend as BackendName | undefined,
  onFailure: ({ name, reason }) => console.log(`FAILED ${name}: ${reason}`),
});
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
if (result.excluded > 0) console.log(`${result.excluded} excluded by name (masks, training)`);
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exitCode = result.failed > 0 ? 1 : 0;
