/** "1 message", "2 messages". */
export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
