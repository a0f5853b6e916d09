/** Gives what stands for a reference to a resource's value (`Ref`, or the name of an attribute); undefined leaves it as it is. */
export type Replace = (id: string, value: string) => string | object | undefined;

interface Reference {
  Ref?: unknown;
  'Fn::GetAtt'?: unknown;
  'Fn::Sub'?: unknown;
}

/** Replaces each Ref, Fn::GetAtt and variable of an Fn::Sub in a template of CloudFormation, in both forms of the last two. */
export function replaceReferences(value: unknown, replace: Replace): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return replacementOf(value as Reference, replace) ?? members(value, replace);
}

const members = (value: object, replace: Replace) =>
  Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaceReferences(member, replace)]));

function replacementOf({ Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub }: Reference, replace: Replace) {
  if (typeof Ref === 'string') return replace(Ref, 'Ref');
  if (attribute !== undefined) {
    const [id = '', name = ''] = typeof attribute === 'string' ? attribute.split('.') : (attribute as string[]);
    return replace(id, name);
  }
  if (sub === undefined) return undefined;
  const [text, own] = typeof sub === 'string' ? [sub, {}] : (sub as [string, object]);
  return substitution(text, members(own, replace), replace);
}

/** An Fn::Sub with texts in the place of its variables, and other values in its map. Names of its own map, and escaped ones, are no references. */
function substitution(text: string, own: Record<string, unknown>, replace: Replace): object {
  const variables: Record<string, unknown> = { ...own };
  const renamed = text.replaceAll(/\$\{(\w+)(?:\.(\w+))?\}/g, (whole, id: string, attribute = 'Ref') => {
    const replacement = Object.hasOwn(own, id) ? undefined : replace(id, attribute);
    if (replacement === undefined) return whole;
    if (typeof replacement === 'string') return replacement;
    variables[`${id}${attribute}`] = replacement;
    return `\${${id}${attribute}}`;
  });
  return { 'Fn::Sub': Object.keys(variables).length === 0 ? renamed : [renamed, variables] };
}
