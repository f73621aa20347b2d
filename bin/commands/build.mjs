import { doctor } from './doctor.mjs';
import { readArgs } from './usage.mjs';

const USAGE = `Usage: layerwise build

Compiles the native addon from the sources in this package, which takes a few minutes and needs g++, make and python3.`;

export async function run(args) {
  if (!readArgs(USAGE, args, {}, [0, 0])) return;
  const { addonFile, buildNative } = await import('../../scripts/native-build.mjs');
  console.log('compiling the native addon, which takes a few minutes ...');
  buildNative({ strict: false, quiet: true });
  console.log(`built ${addonFile}\n`);
  await doctor();
}
