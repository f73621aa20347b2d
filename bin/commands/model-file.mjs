import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const EXTENSIONS = ['.json', '.mjs', '.js'];

/** Whether a name is that of a file with a model in it. */
export const isModelFile = (name) => EXTENSIONS.includes(extname(name));

/** A file that holds no model: exit code 1. */
const refused = (command, file, what) => new Error(`layerwise ${command}: ${file}: ${what}`);

/**
 * The model of a file: `.json` holds what `serializeLayer(model)` or `model.getConfig()` gives, a module exports a model
 * as its default.
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
  const found = await imported(command, file);
  if (found.default === undefined) throw refused(command, file, 'the module has no default export');
  return found.default;
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
