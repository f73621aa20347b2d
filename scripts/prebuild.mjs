// Makes prebuilds/<platform>-<arch>/layerwise.node, what the npm tarball ships: a clean build, stripped.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkToolchain, findNodeDir } from './native-build.mjs';
import { setup } from './setup.mjs';
import { root, run, runMain } from './tools.mjs';

await runMain(async () => {
  await setup();
  checkToolchain();
  rmSync(join(root, 'prebuilds', `${process.platform}-${process.arch}`), { recursive: true, force: true });
  // prebuildify always starts with a clean build; in a copy, the checkout keeps its incremental one.
  const stage = join(root, 'build-prebuild');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage);
  for (const name of ['package.json', 'binding.gyp', 'native']) {
    cpSync(join(root, name), join(stage, name), { recursive: true });
  }
  const nodeDir = findNodeDir();
  const env = {
    ...process.env,
    JOBS: String(availableParallelism()),
    // Without a node directory node-gyp would download the headers of the target.
    ...(nodeDir ? { npm_config_nodedir: nodeDir } : {}),
  };
  const prebuildify = join(root, 'node_modules/prebuildify/bin.js');
  const options = ['--napi', '--strip', '--name', 'layerwise', '--target', process.version];
  run(process.execPath, [prebuildify, ...options, '--cwd', stage, '--out', root], { env });
  rmSync(stage, { recursive: true, force: true });
});
