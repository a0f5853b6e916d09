import { isObject } from '../json/exact-json.ts';

/** A reply that says that something went wrong; the provider's code where it names one. */
export interface ReplyError {
  code?: string;
}

/** Members that say so unless they are empty, written without capitals and underscores: `error_code`, `errorMsg`, `error`. */
const SAYS_ERROR = new Set(['error', 'errors', 'errorcode', 'errormsg', 'errormessage', 'errcode', 'errmsg']);
/** Members that say how the call itself went; the `state` of a task that is shown may have failed long ago. */
const OUTCOMES = new Set(['status', 'result', 'success']);
const FAILED = /fail|error|false/i;
/** A `code` beside a `message` that means that all is well. */
const WELL = /^(?:0+|2\d\d|ok|success)$/i;
const CODE_IN_TEXT = /(?:^|[^\w.])([A-Z][A-Z0-9]{1,15}\.\d{4,8}|111\d{6})(?![\w.])/;

/**
 * The error that the body of a 2xx reply carries, in any of the provider's shapes and at any depth; undefined if it carries none.
 * Services of this cloud are known to answer 200 with an error document, billing codes are documented with that status.
 */
export function errorInReply(body: unknown): ReplyError | undefined {
  if (typeof body === 'string') return errorInText(body);
  if (Array.isArray(body)) return firstOf(body);
  return isObject(body) ? (ownError(body) ?? firstOf(Object.values(body).filter(isNested))) : undefined;
}

const isNested = (value: unknown) => typeof value === 'object';

function firstOf(values: unknown[]): ReplyError | undefined {
  for (const value of values) {
    const found = errorInReply(value);
    if (found) return found;
  }
  return undefined;
}

function errorInText(text: string): ReplyError | undefined {
  const [, code] = CODE_IN_TEXT.exec(text) ?? [];
  if (code !== undefined) return { code };
  return /^\W*(?:fail|error)/i.test(text) ? {} : undefined;
}

/** What an object itself says, its nested objects left aside but for `error`. */
function ownError(object: Record<string, unknown>): ReplyError | undefined {
  const says = Object.entries(object).some(([name, value]) => saysError(plain(name), value));
  if (!says && !isCodeWithMessage(object) && !isStatusWithMessage(object)) return undefined;
  const { error, error_code, code } = object;
  const named = [error_code, code, ...(isObject(error) ? [error.error_code, error.code] : [])].map(providerCode);
  const found = named.find((one) => one !== undefined);
  return found === undefined ? {} : { code: found };
}

const plain = (name: string) => name.replaceAll(/[_-]/g, '').toLowerCase();

function saysError(name: string, value: unknown): boolean {
  if (SAYS_ERROR.has(name)) return !isEmpty(value);
  return OUTCOMES.has(name) && (value === false || (typeof value === 'string' && FAILED.test(value)));
}

const isStatusWithMessage = ({ status, message }: Record<string, unknown>) =>
  typeof status === 'number' && status >= 400 && !isEmpty(message);

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return typeof value === 'string' ? /^[0\s]*$/.test(value) : !value;
}

/** The gateway's bare shape, and a code of the provider without any text. */
function isCodeWithMessage({ code, message }: Record<string, unknown>): boolean {
  if (providerCode(code) !== undefined) return true;
  const given = typeof code === 'string' || typeof code === 'number';
  return given && !isEmpty(message) && !WELL.test(String(code));
}

/** The codes of all services of the provider have this form, which is too narrow for a secret. */
const PROVIDER_CODE = /^(?:[A-Z][A-Z0-9]{1,15}\.\d{4,8}|111\d{6})$/;

/**
 * Numbers become text, blanks go, letters become capitals. A code is received text too, so anything that has not the form
 * of the provider's codes counts as absent; so does a bare HTTP status (the keystone shape of IAM).
 */
export function providerCode(code: unknown): string | undefined {
  const plain =
    typeof code === 'string' || typeof code === 'number' ? String(code).replace(/\s+/g, '').toUpperCase() : '';
  return PROVIDER_CODE.test(plain) ? plain : undefined;
}
