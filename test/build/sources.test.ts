import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import sources from '../../native/sources.json' with { type: 'json' };
import { findNodeDir } from '../../scripts/native-build.mjs';
import { filesBelow, root, which } from '../../scripts/tools.mjs';

const extensions = Object.values(sources.extensions[process.arch as 'x64' | 'arm64']);
const GROUPS = ['base', 'ops', 'plan', 'backend', 'reference', 'cpu', 'kernels', 'binding'] as const;
const isas = Object.keys(sources.isa[process.arch as 'x64' | 'arm64']);

/** What is compiled with what: source -> the flags that are specific to it, one row per object. */
type Objects = string[];

const describeObject = (file: string, command: string) => {
  const isa = /LW_ISA=(\w+)/.exec(command)?.[1] ?? '';
  const machine = (command.match(/(?<=\s)-m[a-z0-9.-]+/g) ?? []).filter((flag) => flag !== '-m64');
  const shared = [...sources.flags, ...sources.release].filter((flag) => !command.includes(flag));
  return `${file} isa=${isa} machine=${machine.sort().join(' ')} lacks=${shared.join(' ')}`;
};

/** The objects of the gyp build, from the makefiles that a configure of its own writes, inside the checkout to find its packages. */
function gypObjects(): Objects {
  mkdirSync(join(root, '.setup'), { recursive: true });
  const folder = mkdtempSync(join(root, '.setup/gyp-'));
  try {
    for (const file of ['package.json', 'binding.gyp', 'native/sources.json']) {
      cpSync(join(root, file), join(folder, file));
    }
    const nodeDir = findNodeDir();
    const options = nodeDir ? [`--nodedir=${nodeDir}`] : [];
    const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
    execFileSync(process.execPath, [gyp, 'configure', ...options], { cwd: folder, stdio: 'pipe' });
    return readdirSync(join(folder, 'build'))
      .filter((name) => name.endsWith('.target.mk'))
      .flatMap((name) => objectsOfMakefile(readFileSync(join(folder, 'build', name), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function objectsOfMakefile(makefile: string): Objects {
  const flags = [...makefile.matchAll(/^(?:DEFS|CFLAGS_CC)_Release := ([\s\S]*?)\n\n/gm)].map(
    (match) => match[1],
  );
  const release = flags.join(' ').replaceAll('\\\n', ' ');
  const objects = makefile.matchAll(/\$\(obj\)\.target\/\$\(TARGET\)\/(native\/\S+)\.o/g);
  return [...objects].map((match) => describeObject(`${match[1]}.cc`, release));
}

/** The objects of the CMake build, from a configure in a temporary folder. */
function cmakeObjects(): Objects {
  const folder = mkdtempSync(join(tmpdir(), 'layerwise-cmake-'));
  try {
    execFileSync('cmake', ['-S', root, '-B', folder, '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'], {
      stdio: 'pipe',
    });
    const commands = JSON.parse(readFileSync(join(folder, 'compile_commands.json'), 'utf8')) as {
      file: string;
      command: string;
    }[];
    return commands
      .filter(({ file }) => !/^(native\/backend|bench)\/cuda\//.test(relative(root, file)))
      .map(({ file, command }) => describeObject(relative(root, file), command));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('sources.json lists every source of native/ once', () => {
  const extra = Object.values(sources.extensions.x64).flatMap(({ kernels }) => kernels);
  const listed = [...GROUPS.flatMap((group) => sources[group] as string[]), ...extra].sort();
  const present = filesBelow('native', ['vendor', 'cuda'])
    .filter((file) => file.endsWith('.cc'))
    .map((file) => relative(join(root, 'native'), file));
  expect(listed).toEqual(present.sort());
});

test('sources.json lists the kernels of the CUDA backend; the device and the library are chosen by CMake', () => {
  const chosen = ['device.cu', 'device_host.cc', 'library.cu', 'library_host.cc'];
  const present = filesBelow('native/backend/cuda')
    .map((file) => relative(join(root, 'native'), file))
    .filter((file) => /\.(cu|cc)$/.test(file) && !chosen.includes(basename(file)));
  expect(sources.cuda).toEqual(present.sort());
});

test.skipIf(!which('cmake'))('gyp and CMake compile the same sources with the same flags', () => {
  const gyp = gypObjects().sort();
  expect(cmakeObjects().sort()).toEqual(gyp);
  const kernels = (sources.kernels as string[]).length;
  const extra = extensions.flatMap(({ kernels }) => kernels).length;
  expect(gyp.filter((row) => !row.includes('isa= ')).length).toBe(kernels * isas.length + extra);
  expect(gyp.filter((row) => !row.endsWith('lacks='))).toEqual([]);
});
