import { readFileSync } from 'node:fs';
import { readArgs } from './usage.mjs';

const USAGE = `Usage: layerwise doctor

Prints the platform, the binary that is loaded, and what it found on this machine.`;

function libc() {
  if (process.platform !== 'linux') return 'system';
  const glibc = process.report?.getReport().header.glibcVersionRuntime;
  return glibc ? `glibc ${glibc}` : 'musl';
}

function print(rows) {
  for (const [name, value] of rows) console.log(`${name.padEnd(11)}${value}`);
}

const describeGpus = ({ gpus, reason }) =>
  gpus.length === 0
    ? `no: ${reason.replace(/^cuda: /, '')}`
    : gpus.map(({ name, computeCapability }) => `${name} (${computeCapability})`).join(', ');

export async function run(args) {
  if (readArgs(USAGE, args, {}, [0, 0])) await doctor();
}

/** What is installed and what was found. */
export async function doctor() {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  print([
    ['layerwise', version],
    ['platform', `${process.platform}-${process.arch}`],
    ['libc', libc()],
    ['node', process.version],
  ]);
  const { addon, addonFile } = await import('../../dist/backend/load.js');
  const found = addon().info();
  const cache = Object.entries(found.cacheBytes).map(
    ([level, bytes]) => `${level.toUpperCase()} ${bytes / 1024} KB`,
  );
  print([
    ['binary', addonFile()],
    ['compiler', found.compiler],
    ['isa', `${found.isa} (available: ${found.isaAvailable.join(', ')})`],
    ['cpu', found.cpuFeatures.join(' ')],
    ['threads', `${found.threads} (cores available: ${found.coresAvailable})`],
    ['cache', cache.join(', ')],
    ['eigen', found.eigen],
    ['backends', found.backends.join(', ')],
    ['cuda', describeGpus(addon().gpus())],
  ]);
}
