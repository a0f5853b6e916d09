/**
 * Remembers the last result of `read` while its text stays the same. A secret is needed for every change and seldom
 * replaced. An error that `read` throws is not remembered.
 */
export function memoizeLast<Value>(read: (text: string) => Value): (text: string) => Value {
  let last: { text: string; value: Value } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}
