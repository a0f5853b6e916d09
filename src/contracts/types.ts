import { isObject, type Json, type JsonObject } from '../lib/json/exact-json.ts';

/** The TypeScript declaration of a JSON Schema, as an exported type of this name. */
export function declaration(name: string, schema: JsonObject): string {
  const comment = typeof schema.description === 'string' ? `/** ${schema.description} */\n` : '';
  return `${comment}export type ${name} = ${typeOf(schema, '')};\n`;
}

/** `migration.dcs.online-migration.configure` as `DcsOnlineMigrationConfigure`. */
export const typeName = (contract: string) =>
  contract
    .replace(/^migration\./, '')
    .split(/[.-]/)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');

function typeOf(schema: Json | undefined, indent: string): string {
  if (!isObject(schema)) return 'unknown';
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map((word) => JSON.stringify(word)));
  // Beside members, these are rules between the members.
  const either = isObject(schema.properties) ? undefined : (schema.anyOf ?? schema.oneOf);
  if (Array.isArray(either)) return union(either.map((one) => typeOf(one, indent)));
  const types = [schema.type].flat();
  return union(types.map((type) => plain(type, schema, indent)));
}

function plain(type: Json | undefined, schema: JsonObject, indent: string): string {
  if (type === 'integer') return isWide(schema) ? 'number | bigint' : 'number';
  if (type === 'array') return `Array<${typeOf(schema.items, indent)}>`;
  if (type === 'object') return objectOf(schema, indent);
  return typeof type === 'string' ? type : 'unknown';
}

/** An int64 may be larger than a number can hold. The sender must write its JSON digit for digit. */
const isWide = ({ maximum }: JsonObject) => typeof maximum === 'bigint';

function objectOf({ properties, required, additionalProperties }: JsonObject, indent: string): string {
  const inner = `${indent}  `;
  const needed = new Set(Array.isArray(required) ? required : []);
  const members = Object.entries(isObject(properties) ? properties : {}).map(
    ([name, schema]) =>
      `${comment(schema, inner)}${inner}${name}${needed.has(name) ? '' : '?'}: ${typeOf(schema, inner)};\n`,
  );
  const isOpen = isObject(additionalProperties) && Object.keys(additionalProperties).length === 0;
  return `{\n${members.join('')}${isOpen ? `${inner}[name: string]: unknown;\n` : ''}${indent}}`;
}

const comment = (schema: Json | undefined, indent: string) =>
  isObject(schema) && typeof schema.description === 'string' ? `${indent}/** ${schema.description} */\n` : '';

const union = (types: string[]) => [...new Set(types)].join(' | ');
