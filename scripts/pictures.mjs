// The pictures of docs/images that Layerwise draws: SVG, and PNG of each at its own size.
//   npm run pictures
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { featureMaps, filters, receptiveField, resetNames, stack } from 'layerwise';
import { lenet5, loadTorchWeights } from '../examples/digits/model.mjs';
import { alexnet } from '../examples/nets/alexnet.mjs';
import { vgg16 } from '../examples/nets/vgg16.mjs';
import { resnet50 } from '../examples/questions/resnet50.mjs';
import { root, runMain } from './tools.mjs';

export const folder = join(root, 'docs/images');

const NETS = { lenet5, alexnet, vgg16, resnet50 };
const TITLES = { lenet5: 'LeNet-5', alexnet: 'AlexNet', vgg16: 'VGG16', resnet50: 'ResNet50' };

/** A net with the names that it has in a fresh process. */
function fresh(name) {
  resetNames();
  return NETS[name]();
}

const drawNet = (name, style) => (theme) => fresh(name).toSVG({ style, title: TITLES[name], theme });

/** Each SVG by its name, as a function of the theme. Shapes are enough: no weight is drawn at random or read. */
export const SVGS = {
  'lenet5-volumes': drawNet('lenet5', 'volumes'),
  'alexnet-volumes': drawNet('alexnet', 'volumes'),
  'vgg16-volumes': drawNet('vgg16', 'volumes'),
  'resnet50-volumes': drawNet('resnet50', 'volumes'),
  'lenet5-graph': drawNet('lenet5', 'graph'),
  'resnet50-graph': drawNet('resnet50', 'graph'),
  'receptive-field': (theme) => receptiveField(fresh('vgg16'), 'pool4', [1, 9]).toSVG({ theme }),
};

/** Every picture there is as a PNG. */
export const PNGS = [...Object.keys(SVGS), 'feature-maps', 'filters'];

/** The maps of LeNet-5 for one of its digits, and its filters: PNG only. */
async function drawMaps() {
  const { decodeAll } = await import('../examples/digits/images.mjs');
  const digits = join(root, 'examples/digits');
  const model = await loadTorchWeights(fresh('lenet5'), join(digits, 'lenet5.safetensors'));
  const inputs = [];
  for await (const { input } of decodeAll(join(digits, 'images'), ['0003.png'])) inputs.push(input);
  return {
    'feature-maps': featureMaps(model, 'conv1', stack(inputs), { columns: 3 }),
    filters: filters(model.getLayer('conv2')),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    const { default: sharp } = await import('sharp');
    await mkdir(folder, { recursive: true });
    for (const [name, draw] of Object.entries(SVGS)) {
      await writeFile(join(folder, `${name}.svg`), draw('auto'));
      await sharp(Buffer.from(draw('light')))
        .png({ compressionLevel: 9, palette: true })
        .toFile(join(folder, `${name}.png`));
    }
    for (const [name, bytes] of Object.entries(await drawMaps())) {
      await writeFile(join(folder, `${name}.png`), bytes);
    }
  });
}
