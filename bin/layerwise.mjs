#!/usr/bin/env node
// The command line of the installed package: `npx layerwise doctor` and `npx layerwise build`.
import { readFileSync } from 'node:fs';

const USAGE = `Usage: layerwise <command>

  doctor   print the platform, the binary that is loaded, and what it found on this machine
  build    compile the native addon from the sources in this package (needs g++, make and python3)`;

function libc() {
  if (process.platform !== 'linux') return 'system';
  const glibc = process.report?.getReport().header.glibcVersionRuntime;
  return glibc ? `glibc ${glibc}` : 'musl';
}

function print(rows) {
  for (const [name, value] of rows) console.log(`${name.padEnd(11)}${value}`);
}

async function doctor() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  print([
    ['layerwise', version],
    ['platform', `${process.platform}-${process.arch}`],
    ['libc', libc()],
    ['node', process.version],
  ]);
  const { addon, addonFile } = await import('../dist/backend/load.js');
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
    ['cuda', found.backends.includes('cuda') ? 'yes' : 'no: this build has no CUDA backend'],
  ]);
}

async function build() {
  const { addonFile, buildNative } = await import('../scripts/native-build.mjs');
  console.log('compiling the native addon, which takes a few minutes ...');
  buildNative({ strict: false, quiet: true });
  console.log(`built ${addonFile}\n`);
  await doctor();
}

const commands = { doctor, build };
const [command = '--help', ...rest] = process.argv.slice(2);
if (command === '--help' || command === '-h' || command === 'help') {
  console.log(USAGE);
} else if (!(command in commands) || rest.length > 0) {
  console.error(`layerwise: unknown command "${[command, ...rest].join(' ')}"\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    await commands[command]();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
