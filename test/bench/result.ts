/** A run as `npm run bench` gives it: two layers, three peers, one of which sits out a row. */
export const layers = {
  list: 'layers',
  busy: 0.04,
  date: '2026-01-02',
  machine: { cpu: 'A <CPU> & more', isa: 'avx512', threads: 2, peakGflops: 200, copyGBs: 20 },
  versions: { layerwise: '0.1.0', onnxruntime: '1.2.3', pytorch: '1.13', 'onednn-winograd': '2.6' },
  rows: [
    {
      id: 'conv_a',
      ours: 2,
      peers: { onnxruntime: 4, pytorch: 6, 'onednn-winograd': 1 },
      gflops: 150,
      gbs: 1,
      percentOfLimit: 75,
    },
    {
      id: 'pool_b',
      ours: 0.5,
      peers: { onnxruntime: 4, pytorch: 1 },
      gflops: 1,
      gbs: 15,
      percentOfLimit: 80,
    },
  ],
  geomean: { onnxruntime: 4, pytorch: Math.sqrt(6), 'onednn-winograd': 0.5, best: 1 },
};

export const nets = {
  ...layers,
  list: 'nets',
  rows: [
    { id: 'lenet_b64', ours: 2, peers: { onnxruntime: 3, pytorch: 4 }, imagesPerSecond: 32000 },
    { id: 'vgg16_b1', ours: 100, peers: { onnxruntime: 90, pytorch: 200 }, imagesPerSecond: 10 },
  ],
  geomean: { onnxruntime: Math.sqrt(1.35), pytorch: 2, best: Math.sqrt(1.35) },
};
