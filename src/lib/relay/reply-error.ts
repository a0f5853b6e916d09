import { isObject } from '../json/exact-json.ts';

/** An error that a reply reports, with the provider's code if it names one. */
interface ReplyError {
  code?: string;
}

/** Plain names of members that report an error unless they are empty: `error_code`, `errorMsg`, `NeutronError`, `fail_reason`. */
const SAYS_ERROR = /error|exception|^err(?:code|msg)?$|^fault|^fail(?!over)/;
/** Members that say how the call itself went. The `state` of a task is not among them: the task may have failed long ago. */
const OUTCOME = /status$|^(?:result|ok|(?:is)?success|succeeded)$/;
const FAILED = /fail|error|false/i;
/** Members that may hold an HTTP status, and members that hold a code which means an error unless it is one of `WELL`. */
const STATUS = /^(?:http)?(?:status|code|statuscode)$/;
const RETURN_CODE = /^(?:result|return|ret)code$/;
/** A code that means success. */
const WELL = /^(?:0+|2\d\d|ok|success)$/i;
const TEXT = /^(?:message|msg|detail|reason)$/;
const BAD_NEWS =
  /fail|error|exception|denied|refused|forbidden|invalid|unauthorized|unavailable|not (?:found|exist|allowed|permitted)/i;
const CODE_IN_TEXT = /(?:^|[^\w.])([A-Z][A-Z0-9]{1,15}\.\d{4,8}|111\d{6})(?![\w.])/;

/**
 * The error in the body of a 2xx reply, in any of the provider's shapes and at any depth; undefined if there is none.
 * Services of this cloud are known to answer 200 with an error document, and billing codes are documented with that status.
 * A false alarm costs one read; a missed error makes a false success.
 */
export function errorInReply(body: unknown): ReplyError | undefined {
  if (typeof body === 'string') return errorInText(body);
  if (Array.isArray(body)) return firstOf(body);
  return isObject(body) ? errorInObject(body) : undefined;
}

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
  return BAD_NEWS.test(text) ? {} : undefined;
}

function errorInObject(object: Record<string, unknown>): ReplyError | undefined {
  const members = Object.entries(object).map(([name, value]) => [plain(name), value] as const);
  const nested = firstOf(Object.values(object).filter((value) => typeof value === 'object'));
  const codes = members.flatMap(([name, value]) => codeIn(name, value) ?? []);
  if (!(members.some(saysError) || hasCode(members))) return nested;
  const code = codes[0] ?? nested?.code;
  return code === undefined ? {} : { code };
}

type Member = readonly [name: string, value: unknown];

/** A name without capitals, underscores and hyphens. */
const plain = (name: string) => name.replaceAll(/[_-]/g, '').toLowerCase();

function codeIn(name: string, value: unknown): string | undefined {
  if (name.endsWith('code')) return providerCode(value);
  return SAYS_ERROR.test(name) && typeof value === 'string' ? errorInText(value)?.code : undefined;
}

function saysError([name, value]: Member): boolean {
  if (SAYS_ERROR.test(name)) return !isEmpty(value);
  if (isBadCode(name, String(value ?? 0))) return true;
  if (OUTCOME.test(name)) return value === false || (typeof value === 'string' && FAILED.test(value));
  return TEXT.test(name) && typeof value === 'string' && errorInText(value) !== undefined;
}

const isBadCode = (name: string, code: string) =>
  (STATUS.test(name) && /^[45]\d\d$/.test(code)) || (RETURN_CODE.test(name) && !WELL.test(code));

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return typeof value === 'string' ? /^[0\s]*$/.test(value) : !value;
}

/** True for a code beside a text, as the gateway writes it, and for a code of the provider without a text. */
function hasCode(members: Member[]): boolean {
  const [, code] = members.find(([name]) => name === 'code') ?? [];
  if (providerCode(code) !== undefined) return true;
  const isGiven = typeof code === 'string' || typeof code === 'number';
  return isGiven && !WELL.test(String(code)) && members.some(([name, value]) => TEXT.test(name) && !isEmpty(value));
}

/** The form of the codes of all services of the provider. A secret can't have it. */
const PROVIDER_CODE = /^(?:[A-Z][A-Z0-9]{1,15}\.\d{4,8}|111\d{6})$/;

/**
 * The provider's code as text, without blanks and in capitals. A code is received text too, so anything that does not have
 * the form of the provider's codes counts as absent. So does a bare HTTP status (the keystone shape of IAM).
 */
export function providerCode(code: unknown): string | undefined {
  const plain =
    typeof code === 'string' || typeof code === 'number' ? String(code).replace(/\s+/g, '').toUpperCase() : '';
  return PROVIDER_CODE.test(plain) ? plain : undefined;
}
