import * as z from 'zod';

/** The values of Ref and GetAtt for the resources of one stack, and the pseudo parameters such as AWS::Region. */
export interface Names {
  ref(logicalId: string): string;
  attribute(logicalId: string, name: string): string;
}

const Ref = z.strictObject({ Ref: z.string() });
const GetAtt = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Join = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const Sub = z.strictObject({
  'Fn::Sub': z.union([z.string(), z.tuple([z.string(), z.record(z.string(), z.unknown())])]),
});

/** Replaces every Ref, Fn::GetAtt, Fn::Join and Fn::Sub in a value. Throws an Error that names any other Fn::. */
export function resolve(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return intrinsic(value, names) ?? members(value, names);
}

function intrinsic(value: object, names: Names): string | undefined {
  const [name, ...more] = Object.keys(value);
  if (name === undefined || more.length > 0) return undefined;
  if (name === 'Ref') return names.ref(Ref.parse(value).Ref);
  if (!name.startsWith('Fn::')) return undefined;
  if (name === 'Fn::GetAtt') return names.attribute(...GetAtt.parse(value)['Fn::GetAtt']);
  if (name === 'Fn::Join') return join(Join.parse(value)['Fn::Join'], names);
  if (name === 'Fn::Sub') return substitute(Sub.parse(value)['Fn::Sub'], names);
  throw new Error(`the local stack does not know the function ${name}`);
}

function members(value: object, names: Names): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(member, names)]));
}

function join([separator, parts]: [string, unknown[]], names: Names): string {
  return parts.map((part) => String(resolve(part, names))).join(separator);
}

function substitute(sub: string | [string, Record<string, unknown>], names: Names): string {
  const [text, own] = typeof sub === 'string' ? [sub, {}] : sub;
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(own, name)) return String(resolve(own[name], names));
    const [logicalId = '', ...attribute] = name.split('.');
    return attribute.length > 0 ? names.attribute(logicalId, attribute.join('.')) : names.ref(name);
  });
}
