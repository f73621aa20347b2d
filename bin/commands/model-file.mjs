import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const EXTENSIONS = ['.json', '.mjs', '.js'];

/** Whether a name is that of a file with a model in it. */
export const isModelFile = (name) => EXTENSIONS.includes(extname(name));

/** A file that holds no model: exit code 1. */
const refused = (command, file, what) => new Error(`layerwise ${command}: ${file}: ${what}`);

/**
 * The model of a file: `.json` holds what `serializeLayer(model)` or `model.getConfig()` gives; a module exports a model,
 * or a function that makes one, as its default or as its only export.
 *
 * @param {string} command name in messages
 * @param {string} file
 */
export async function loadModel(command, file) {
  if (!isModelFile(file)) throw refused(command, file, `a model is read from ${EXTENSIONS.join(', ')}`);
  const model = extname(file) === '.json' ? await fromJson(command, file) : await fromModule(command, file);
  if (typeof model?.summary !== 'function' || typeof model.explain !== 'function') {
    throw refused(command, file, 'it holds no Sequential and no Model');
  }
  return model;
}

async function fromJson(command, file) {
  const { deserializeLayer } = await import('../../dist/index.js');
  const json = parsed(command, file);
  if (typeof json !== 'object' || json === null) throw refused(command, file, 'it holds no model');
  if (json.className === undefined && Array.isArray(json.layers)) {
    return deserializeLayer({ className: 'inputLayers' in json ? 'Model' : 'Sequential', config: json });
  }
  return deserializeLayer(json);
}

function parsed(command, file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refused(command, file, error.code === 'ENOENT' ? 'there is no such file' : error.message);
  }
}

async function fromModule(command, file) {
  const exported = await imported(command, file);
  const names = Object.keys(exported);
  const found = exported.default ?? (names.length === 1 ? exported[names[0]] : undefined);
  if (found === undefined) {
    const others = names.length > 0 ? `it has ${names.join(', ')}` : 'it has no exports';
    throw refused(
      command,
      file,
      `the module has no default export, a model or a function that makes one; ${others}`,
    );
  }
  return typeof found === 'function' ? made(command, file, found) : found;
}

async function made(command, file, make) {
  try {
    return await make();
  } catch (error) {
    throw refused(command, file, error.message);
  }
}

async function imported(command, file) {
  const url = pathToFileURL(resolve(file)).href;
  try {
    return await import(url);
  } catch (error) {
    const missing = error.code === 'ERR_MODULE_NOT_FOUND' && error.url === url;
    throw refused(command, file, missing ? 'there is no such file' : error.message);
  }
}
