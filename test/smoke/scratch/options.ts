import { Conv2D, conv2d, ones } from 'layerwise';

new Conv2D({ filters: 16, kernelSize: 3, p });
new Conv2D({ filters: 16, kernelSize: 3, padding: '' });
conv2d(ones([1, 8, 8, 1]), ones([3, 3, 1, 4]), { s });
