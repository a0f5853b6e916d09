import type { Cloud, Service } from '../operations/operation.ts';
import type { Endpoints } from './client.ts';

/** A cloud, with the hosts of its services. */
interface Profile {
  /** The host per service and region. A service that the cloud does not have is an empty record. */
  hosts: Record<Service | 'iam', Readonly<Record<string, string>>>;
}

const HUAWEI_DCS =
  'af-south-1 cn-north-1 cn-north-2 cn-north-4 cn-north-9 cn-north-12 cn-east-2 cn-east-3 cn-east-4 cn-east-5 cn-south-1 ' +
  'cn-south-2 cn-southwest-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ru-northwest-2 ' +
  'ru-moscow-1 sa-brazil-1 la-north-2 la-south-2 na-mexico-1 ae-ad-1 tr-west-1 eu-west-0 eu-west-101 me-east-1 my-kualalumpur-1';
const OTC_REGIONS = 'eu-de eu-nl';

/** Regions with an SMS of their own (SmsRegion, including its earlier revisions). */
const SMS_OF_REGION: Readonly<Record<string, string>> = {
  ...hosts('cn-north-4 ap-southeast-1 ap-southeast-3 my-kualalumpur-1', (region) => `sms.${region}.myhuaweicloud.com`),
  'ru-moscow-1': 'sms-api.ru-moscow-1.myhuaweicloud.com',
  'eu-west-101': 'sms.eu-west-101.myhuaweicloud.eu',
};

/**
 * One SMS serves all regions of a site; the target region is in the body. The China site uses Beijing's, the international
 * site Singapore's (the catalogue of Huawei's Terraform provider).
 */
const smsHost = (region: string) =>
  SMS_OF_REGION[region] ?? `sms.${region.startsWith('cn-') ? 'cn-north-4' : 'ap-southeast-3'}.myhuaweicloud.com`;

/** The accounts of the European site exist only in the IAM under its own domain (IamRegion). */
const iamHost = (region: string) => `iam.${region}.myhuaweicloud.${region === 'eu-west-101' ? 'eu' : 'com'}`;

/** The clouds that have these APIs, with the endpoints of the vendor's SDK (DcsRegion, SmsRegion, IamRegion) and of the OTC endpoint list. */
export const PROFILES = {
  'huawei-cloud': {
    hosts: {
      dcs: hosts(HUAWEI_DCS, (region) => `dcs.${region}.myhuaweicloud.com`),
      sms: hosts(HUAWEI_DCS, smsHost),
      iam: hosts(HUAWEI_DCS, iamHost),
    },
  },
  'open-telekom-cloud': {
    hosts: {
      dcs: hosts(OTC_REGIONS, (region) => `dcs.${region}.otc.t-systems.com`),
      sms: {},
      iam: hosts(OTC_REGIONS, (region) => `iam.${region}.otc.t-systems.com`),
    },
  },
} as const satisfies Record<Cloud, Profile>;
export type ProfileName = Cloud;

function hosts(regions: string, host: (region: string) => string): Record<string, string> {
  return Object.fromEntries(regions.split(' ').map((region) => [region, host(region)]));
}

/**
 * The origin of a service: the override, or else the profile's host. An override must be https unless it points to this
 * machine. Throws a RangeError that names the allowed regions.
 */
export function endpointOf(name: ProfileName, service: Service | 'iam', region: string, override?: string): string {
  if (override !== undefined) return originOf(override);
  const hosts: Readonly<Record<string, string>> = PROFILES[name].hosts[service];
  const regions = Object.keys(hosts);
  if (regions.length === 0) throw new RangeError(`${name} has no ${service.toUpperCase()}; set an endpoint of its own`);
  const host = Object.hasOwn(hosts, region) ? hosts[region] : undefined;
  if (host === undefined)
    throw new RangeError(`${name} has no ${service.toUpperCase()} in this region; allowed are ${regions.join(', ')}`);
  return `https://${host}`;
}

/** The origins for a region of a cloud. A service that is not there is left out. Throws a RangeError when none is left. */
export function endpointsOf(
  name: ProfileName,
  region: string,
  overrides: { [service in Service | 'iam']?: string | undefined } = {},
): Endpoints {
  const origin = (service: Service): Partial<Endpoints> =>
    overrides[service] !== undefined || Object.hasOwn(PROFILES[name].hosts[service], region)
      ? { [service]: endpointOf(name, service, region, overrides[service]) }
      : {};
  const found = { ...origin('dcs'), ...origin('sms') };
  if (Object.keys(found).length === 0) endpointOf(name, 'dcs', region);
  return { ...found, iam: endpointOf(name, 'iam', region, overrides.iam) };
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The origin of an overriding endpoint. Throws a RangeError if it is not an origin or would be called without encryption. */
function originOf(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url === null || !['https:', 'http:'].includes(url.protocol))
    throw new RangeError('the endpoint is not an https URL');
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname))
    throw new RangeError('the endpoint must be https; http is for 127.0.0.1, localhost and [::1] only');
  const bare = [url.username, url.password, url.search, url.hash].every((part) => part === '') && url.pathname === '/';
  if (!bare) throw new RangeError('the endpoint must be scheme, host and port only');
  return url.origin;
}
