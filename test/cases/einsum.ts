import type { ErrorCode } from '../../lib/errors.js';
import type { Dims } from '../../lib/shape/dims.js';

export const einsumCases: readonly (readonly [equation: string, shapes: readonly Dims[], out: Dims])[] = [
  [
    'ij,jk->ik',
    [
      [2, 3],
      [3, 4],
    ],
    [2, 4],
  ],
  [
    'ij,jk->ki',
    [
      [2, 3],
      [3, 4],
    ],
    [4, 2],
  ],
  [
    'ij,jk',
    [
      [2, 3],
      [3, 4],
    ],
    [2, 4],
  ],
  ['ba', [[2, 3]], [3, 2]],
  [
    'ij,jk->ikj',
    [
      [2, 3],
      [3, 4],
    ],
    [2, 4, 3],
  ],
  [
    ' i j , j k -> i k ',
    [
      [2, 3],
      [3, 4],
    ],
    [2, 4],
  ],
  [
    'bij,bjk->bik',
    [
      [8, 2, 3],
      [8, 3, 5],
    ],
    [8, 2, 5],
  ],
  [',->', [[], []], []],
  [',ij', [[], [null, 3]], [null, 3]],
  ['i->', [[3]], []],
  ['ii', [[3, 3]], []],
  ['ii->i', [[3, 3]], [3]],
  ['iji->j', [[1, 3, 1]], [3]],
  ['i,j->ij', [[3], [4]], [3, 4]],
  [
    'ij,Ab->ijAb',
    [
      [2, 3],
      [4, 4],
    ],
    [2, 3, 4, 4],
  ],
  [
    'ij,kj->ik',
    [
      [2, 3],
      [1, 3],
    ],
    [2, 1],
  ],
  [
    'aecd,abcd->acbe',
    [
      [2, 4, 2, 2],
      [2, 3, 2, 2],
    ],
    [2, 2, 3, 4],
  ],
  [
    'ij,jk,kl->il',
    [
      [2, 3],
      [3, 4],
      [4, 5],
    ],
    [2, 5],
  ],
  [
    'i...,j...k->...ijk',
    [
      [2, 3, 4],
      [2, 4, 3],
    ],
    [3, 4, 2, 2, 3],
  ],
  [
    '...ij,...jk->...ik',
    [
      [7, 1, 2, 3],
      [5, 3, 4],
    ],
    [7, 5, 2, 4],
  ],
  ['...ij->...', [[7, 2, 3]], [7]],
  ['...ij->ij', [[7, 2, 3]], [2, 3]],
  [
    'ij,jk->ik',
    [
      [2, 1],
      [3, 4],
    ],
    [2, 4],
  ],
  [
    'ijk,jkl->li',
    [
      [null, 3, 4],
      [null, 4, 5],
    ],
    [5, null],
  ],
  [
    '...,...j->...j',
    [
      [null, 3, 4],
      [null, 4, 5],
    ],
    [null, 3, 4, 5],
  ],
  [
    'i...,...j',
    [
      [null, 3, 4],
      [null, 4, 5],
    ],
    [3, 4, null, 5],
  ],
  [
    'i...,...j,...k',
    [
      [null, 3, 4],
      [null, 4, 5],
      [1, 1, 1, 9],
    ],
    [1, 3, 4, null, 5, 9],
  ],
];

export const badEinsumCases: readonly (readonly [
  equation: unknown,
  shapes: readonly Dims[],
  code: ErrorCode,
  text: string,
])[] = [
  [
    'ij,jk->ik',
    [
      [2, 3],
      [2, 2],
    ],
    'ERR_SHAPE',
    '"j" is 3 and, in operand 1, 2',
  ],
  [
    'ij,jk>ik',
    [
      [2, 2],
      [2, 2],
    ],
    'ERR_ARGUMENT',
    'may hold letters',
  ],
  [
    'ij->ji',
    [
      [2, 2],
      [2, 2],
    ],
    'ERR_ARGUMENT',
    'names 1 operands, 2 were given',
  ],
  [
    'ij,jk->ik->i',
    [
      [2, 3],
      [3, 2],
    ],
    'ERR_ARGUMENT',
    'more than one arrow',
  ],
  ['ij->iij', [[2, 3]], 'ERR_ARGUMENT', 'names an axis twice'],
  ['ij->k', [[2, 3]], 'ERR_ARGUMENT', 'the output names "k", which no operand has'],
  ['ijk->i', [[2, 3]], 'ERR_SHAPE', 'operand 0 has rank 2 but "ijk" names 3 axes'],
  ['i->i', [[2, 3]], 'ERR_SHAPE', 'operand 0 has rank 2 but "i" names 1 axes'],
  ['ijk...->i', [[2, 3]], 'ERR_SHAPE', 'names 3 axes'],
  ['ii->i', [[2, 3]], 'ERR_SHAPE', '"i" is 2 and'],
  ['ii->i', [[1, 3]], 'ERR_SHAPE', 'no diagonal'],
  ['...i...->i', [[2, 3]], 'ERR_ARGUMENT', 'may hold letters'],
  ['i1->i', [[2, 3]], 'ERR_ARGUMENT', 'may hold letters'],
  [
    '...i,...i->...',
    [
      [2, 3],
      [4, 3],
    ],
    'ERR_SHAPE',
    'an axis of "..." is 2',
  ],
  [7, [[2]], 'ERR_ARGUMENT', 'must be a string'],
  ['i,j->ij', [[2 ** 30], [2 ** 30]], 'ERR_SHAPE', 'too many elements'],
];
