// Puts Eigen's headers and licence into native/vendor/eigen. They are looked for in EIGEN_DIR, then in the
// system's folders, else taken out of Debian's package of headers, which is downloaded but not installed.
// The tree must match one of the hashes below: the kernels rely on Eigen's internals, so any other version is refused.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capture, Failure, filesBelow, hashFiles, root, runMain, which } from './tools.mjs';

export const VERSION = '3.4.0';
/** hashFiles() of the folder Eigen/ -> where that tree comes from. */
const ACCEPTED = {
  '1d6ac3740199e244d93e06728ac926d5aead805f36336afb0b5c0915387f561b': 'libeigen3-dev 3.4.0-4 (Debian)',
  '89b8eb749493635eeae01d54d03db564fbd9f67621af1b2d826b71aa9cc23608': 'Eigen 3.4.0 as released',
};
const TARGET = join(root, 'native/vendor/eigen');
const STAMP = join(TARGET, 'SHA256');
const SYSTEM_FOLDERS = [
  '/usr/include/eigen3',
  '/usr/local/include/eigen3',
  '/opt/homebrew/include/eigen3',
  '/opt/local/include/eigen3',
];
const HELP =
  'Install the headers (Debian, Ubuntu: apt-get install libeigen3-dev; macOS: brew install eigen@3), ' +
  'or set EIGEN_DIR to a folder that holds Eigen/Core of version 3.4.0.';

const hashOf = (folder) => hashFiles(filesBelow(join(folder, 'Eigen')), folder);

/** True when a checked copy is in place; the stamp is written last, so a torn copy is not taken for one. */
export function isVendored() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8').trim() in ACCEPTED;
}

function licencesNear(folder) {
  const inTree = ['COPYING.MPL2', 'COPYING.BSD', 'COPYING.README', 'LICENSE'].map((name) =>
    join(folder, name),
  );
  const prefix = dirname(dirname(folder)); // <prefix>/include/eigen3 -> <prefix>
  const inDoc = ['libeigen3-dev', 'eigen3', 'eigen'].map((name) =>
    join(prefix, 'share/doc', name, 'copyright'),
  );
  return [...inTree, ...inDoc].filter((path) => existsSync(path));
}

function copy(folder, hash) {
  rmSync(TARGET, { recursive: true, force: true });
  mkdirSync(TARGET, { recursive: true });
  cpSync(join(folder, 'Eigen'), join(TARGET, 'Eigen'), { recursive: true });
  for (const file of licencesNear(folder)) {
    const name = file.endsWith('copyright') ? 'COPYING' : file.slice(folder.length + 1);
    cpSync(file, join(TARGET, name), { dereference: true });
  }
  if (!readdirSync(TARGET).some((name) => /^(COPYING|LICENSE)/.test(name))) {
    writeFileSync(
      join(TARGET, 'COPYING'),
      'Eigen is licensed under the Mozilla Public License 2.0; its text is in THIRD_PARTY_NOTICES of this package.\n',
    );
  }
  writeFileSync(STAMP, `${hash}\n`);
}

/** Downloads Debian's package into `folder` and unpacks it there; returns the folder with Eigen/ or null. */
function unpackDebianPackage(folder) {
  if (!which('apt-get') || !which('dpkg-deb')) return null;
  let download = capture('apt-get', ['download', 'libeigen3-dev'], { cwd: folder });
  if (!download.ok) {
    // A new machine has no package lists yet. Fetch them into the temporary folder: the system stays as it is.
    const lists = join(folder, 'lists');
    mkdirSync(join(lists, 'partial'), { recursive: true });
    const options = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${folder}`];
    capture('apt-get', [...options, 'update'], { cwd: folder });
    download = capture('apt-get', [...options, 'download', 'libeigen3-dev'], { cwd: folder });
  }
  const archive = readdirSync(folder).find((name) => /^libeigen3-dev_.*\.deb$/.test(name));
  if (!download.ok || !archive) return null;
  const unpacked = join(folder, 'unpacked');
  if (!capture('dpkg-deb', ['-x', archive, unpacked], { cwd: folder }).ok) return null;
  return join(unpacked, 'usr/include/eigen3');
}

/** Makes sure that native/vendor/eigen holds a checked Eigen. Returns a line that says what was done. */
export function vendorEigen() {
  if (isVendored()) return `Eigen ${VERSION} is in place`;
  const asked = process.env.EIGEN_DIR;
  const refused = [];
  for (const folder of asked ? [asked] : SYSTEM_FOLDERS) {
    if (!existsSync(join(folder, 'Eigen/Core'))) continue;
    const hash = hashOf(folder);
    if (hash in ACCEPTED) {
      copy(folder, hash);
      return `Eigen ${VERSION} copied from ${folder}`;
    }
    refused.push(`${folder} holds another version (SHA-256 ${hash})`);
  }
  if (asked) {
    throw new Failure(
      `Eigen: EIGEN_DIR=${asked} does not hold Eigen ${VERSION}. ${refused.join('; ')}\n${HELP}`,
    );
  }
  const temporary = mkdtempSync(join(tmpdir(), 'layerwise-eigen-'));
  try {
    const folder = unpackDebianPackage(temporary);
    const hash = folder && hashOf(folder);
    if (hash && hash in ACCEPTED) {
      copy(folder, hash);
      return `Eigen ${VERSION} taken from ${ACCEPTED[hash]}`;
    }
    if (hash) refused.push(`the downloaded package holds another version (SHA-256 ${hash})`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  throw new Failure(`Eigen ${VERSION} was not found. ${refused.join('; ')}\n${HELP}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(() => {
    if (process.argv.includes('--force')) rmSync(TARGET, { recursive: true, force: true });
    console.log(vendorEigen());
  });
}
