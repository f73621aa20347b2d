export const model = 1;
export const other = 2;
