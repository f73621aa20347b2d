/**
 * Glyphs of 5x7 pixels and two rows below the line for descenders. Each digit (base 32) is a row, the leftmost pixel the
 * highest bit; rows that are missing are empty.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  ' ': '',
  '!': '4444404',
  '"': 'aa',
  '#': 'aavavaa',
  $: '4fke5u4',
  '%': 'op248j3',
  '&': 'cik8lid',
  "'": '44',
  '(': '2488842',
  ')': '8422248',
  '*': '04lel4',
  '+': '044v44',
  ',': '00000448',
  '-': '000e',
  '.': '00000cc',
  '/': '122488g',
  '0': 'ehjlphe',
  '1': '4c4444e',
  '2': 'eh1248v',
  '3': 'v2421he',
  '4': '26aiv22',
  '5': 'vgu11he',
  '6': '68guhhe',
  '7': 'v124888',
  '8': 'ehhehhe',
  '9': 'ehhf12c',
  ':': '0cc0cc',
  ';': '0cc0448',
  '<': '248g842',
  '=': '00v0v',
  '>': '8421248',
  '?': 'eh12404',
  '@': 'ehnlnge',
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'uhhhhhu',
  E: 'vgguggv',
  F: 'vgguggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hhpljhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hha4444',
  Z: 'v1248gv',
  '[': 'e88888e',
  '\\': 'g884221',
  ']': 'e22222e',
  '^': '4ah',
  _: '0000000v',
  '`': '84',
  a: '00e1fhf',
  b: 'ggmphhu',
  c: '00egghe',
  d: '11djhhf',
  e: '00ehvge',
  f: '698s888',
  g: '00fhhhf1e',
  h: 'ggmphhh',
  i: '40c444e',
  j: '2062222ic',
  k: 'ggikoki',
  l: 'c44444e',
  m: '00qllll',
  n: '00mphhh',
  o: '00ehhhe',
  p: '00uhhhugg',
  q: '00fhhhf11',
  r: '00mpggg',
  s: '00ege1u',
  t: '88s8896',
  u: '00hhhjd',
  v: '00hhha4',
  w: '00hhlla',
  x: '00ha4ah',
  y: '00hhhhf1e',
  z: '00v248v',
  '{': '6448446',
  '|': '4444444',
  '}': 'c44244c',
  '~': '008l2',
  '×': '00ha4ah',
  '…': '000000l',
};

/** What stands for a character without a glyph. */
const UNKNOWN = 'vhhhhhv';

/** Columns from one character to the next, and rows of a line, at scale 1. */
export const ADVANCE = 6;
export const ROWS = 9;

/** Calls `dot` for every pixel of a line of text, columns from the left and rows from the top. */
export function eachPixel(text: string, dot: (column: number, row: number) => void): void {
  Array.from(text).forEach((char, place) => {
    Array.from(GLYPHS[char] ?? UNKNOWN).forEach((digit, row) => {
      const bits = Number.parseInt(digit, 32);
      for (let column = 0; column < 5; column++) {
        if ((bits >> (4 - column)) & 1) dot(place * ADVANCE + column, row);
      }
    });
  });
}

/** Columns that a line of text takes at scale 1. */
export const columnsOf = (text: string): number => Array.from(text).length * ADVANCE;
