// The TypeScript build: lib/ to dist/. The native one is in native-build.mjs; setup.mjs runs each when it is stale.
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesBelow, hashFiles, root, run } from './tools.mjs';

/** A hash of what dist/ is made of. */
export function libHash() {
  const configs = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
    join(root, name),
  );
  return hashFiles([...filesBelow('lib'), ...configs]);
}

export function buildLib() {
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
  // What a deleted or renamed source left behind must not be importable, nor be shipped.
  for (const file of filesBelow('dist')) {
    const source = join(root, 'lib', relative(join(root, 'dist'), file).replace(/(\.d)?\.[jt]s$/, '.ts'));
    if (!existsSync(source)) rmSync(file);
  }
}
