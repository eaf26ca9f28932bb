/** "1 message", "2 messages"; what counts as one is the language's own matter. */
export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** As in French, where none is one as well. */
export const countFromTwo = (n, one, many) => `${n} ${n < 2 ? one : many}`;
