import { crc32, deflateSync } from 'node:zlib';
import { ADVANCE, columnsOf, eachPixel } from './font.js';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** Pixels to draw on, red, green and blue in turn, row by row. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number, background: Colour) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3);
    this.fill(0, 0, width, height, background);
  }

  /** Sets a pixel; what lies outside is left out. */
  set(x: number, y: number, [red, green, blue]: Colour): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (y * this.width + x) * 3;
    this.data[at] = red;
    this.data[at + 1] = green;
    this.data[at + 2] = blue;
  }

  fill(x: number, y: number, width: number, height: number, colour: Colour): void {
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) this.set(column, row, colour);
    }
  }

  /** A line of text with its upper left corner at a point, each dot of a glyph `scale` pixels wide. */
  text(x: number, y: number, text: string, style: { readonly scale: number; readonly colour: Colour }): void {
    const { scale, colour } = style;
    eachPixel(text, (column, row) => {
      this.fill(x + column * scale, y + row * scale, scale, scale, colour);
    });
  }
}

/** The pixels that a line takes. */
export const rasterTextWidth = (text: string, scale: number): number => columnsOf(text) * scale - scale;

/** The text, cut with an ellipsis to fit into a width. */
export function fitRasterText(text: string, width: number, scale: number): string {
  if (rasterTextWidth(text, scale) <= width) return text;
  const room = Math.max(Math.floor(width / (ADVANCE * scale)) - 1, 0);
  return `${Array.from(text).slice(0, room).join('')}…`;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const TRUECOLOUR = 2;

/** The file of a picture: truecolour, 8 bits per channel (PNG, ISO/IEC 15948). */
export function encodePNG({ width, height, data }: Raster): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = TRUECOLOUR;
  // Each row starts with the number of its filter: 0, none.
  const rows = new Uint8Array(height * (width * 3 + 1));
  for (let y = 0; y < height; y++) {
    rows.set(data.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  }
  const parts = [
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
