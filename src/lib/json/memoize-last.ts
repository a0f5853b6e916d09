/**
 * Gives what `read` made of a secret's text again while the text stays the same: a secret is asked for with every change and
 * seldom replaced. What `read` throws is not kept.
 */
export function memoizeLast<Value>(read: (text: string) => Value): (text: string) => Value {
  let last: { text: string; value: Value } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}
