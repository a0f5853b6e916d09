import { describe, expect, it } from 'vitest';
import { endpointOf, endpointsOf, PROFILES } from '../../../src/lib/provider/profiles.ts';

describe('endpointOf', () => {
  it.each([
    ['huawei-cloud', 'dcs', 'cn-north-4', 'https://dcs.cn-north-4.myhuaweicloud.com'],
    ['huawei-cloud', 'dcs', 'la-south-2', 'https://dcs.la-south-2.myhuaweicloud.com'],
    ['huawei-cloud', 'sms', 'ap-southeast-3', 'https://sms.ap-southeast-3.myhuaweicloud.com'],
    ['huawei-cloud', 'sms', 'ru-moscow-1', 'https://sms-api.ru-moscow-1.myhuaweicloud.com'],
    ['huawei-cloud', 'sms', 'eu-west-101', 'https://sms.eu-west-101.myhuaweicloud.eu'],
    ['huawei-cloud', 'iam', 'eu-west-101', 'https://iam.eu-west-101.myhuaweicloud.eu'],
    ['huawei-cloud', 'iam', 'eu-west-0', 'https://iam.eu-west-0.myhuaweicloud.com'],
    ['huawei-cloud', 'dcs', 'eu-west-101', 'https://dcs.eu-west-101.myhuaweicloud.com'],
    ['huawei-cloud', 'sms', 'cn-southwest-2', 'https://sms.cn-north-4.myhuaweicloud.com'],
    ['huawei-cloud', 'sms', 'la-south-2', 'https://sms.ap-southeast-3.myhuaweicloud.com'],
    ['huawei-cloud', 'iam', 'cn-north-4', 'https://iam.cn-north-4.myhuaweicloud.com'],
    ['open-telekom-cloud', 'dcs', 'eu-nl', 'https://dcs.eu-nl.otc.t-systems.com'],
    ['open-telekom-cloud', 'iam', 'eu-de', 'https://iam.eu-de.otc.t-systems.com'],
  ] as const)('finds %s %s in %s', (name, service, region, origin) => {
    expect(endpointOf(name, service, region)).toBe(origin);
  });

  it('knows the 30 regions of DCS in Huawei Cloud, and for each an IAM and an SMS', () => {
    const { dcs, iam, sms } = PROFILES['huawei-cloud'].hosts;
    expect(Object.keys(dcs)).toHaveLength(30);
    expect(Object.keys(iam)).toEqual(Object.keys(dcs));
    expect(Object.keys(sms)).toEqual(Object.keys(dcs));
  });

  it('names the allowed regions for an unknown one', () => {
    expect(() => endpointOf('open-telekom-cloud', 'dcs', 'eu-fr')).toThrow(
      new RangeError('open-telekom-cloud has no DCS in this region; allowed are eu-de, eu-nl'),
    );
    expect(() => endpointOf('huawei-cloud', 'sms', 'toString')).toThrow(/allowed are af-south-1, cn-north-1/);
  });

  it('says that a cloud has no such service', () => {
    expect(() => endpointOf('open-telekom-cloud', 'sms', 'eu-de')).toThrow(
      'open-telekom-cloud has no SMS; set an endpoint',
    );
  });

  it.each([
    ['https://sms.example.org', 'https://sms.example.org'],
    ['https://sms.example.org:8443/', 'https://sms.example.org:8443'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
    ['http://localhost:4010', 'http://localhost:4010'],
    ['http://[::1]:4010', 'http://[::1]:4010'],
  ])('uses %s in place of its own', (override, origin) => {
    expect(endpointOf('open-telekom-cloud', 'sms', 'anywhere', override)).toBe(origin);
  });

  it.each([
    'http://sms.example.org',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'ftp://127.0.0.1',
    'sms.example.org',
    '',
    'https://user:secret@sms.example.org',
    'https://sms.example.org/v3',
    'https://sms.example.org/?a=b',
    'https://sms.example.org/#a',
  ])('refuses %j without repeating it', (override) => {
    expect(() => endpointOf('huawei-cloud', 'sms', 'cn-north-4', override)).toThrow(
      /^the endpoint (?:is not|must be) /,
    );
  });

  it.each([
    ['sms.example.org', 'the endpoint is not an https URL'],
    ['ftp://sms.example.org', 'the endpoint is not an https URL'],
    ['http://sms.example.org', 'the endpoint must be https; http is for 127.0.0.1, localhost and [::1] only'],
    ['https://user@sms.example.org', 'the endpoint must be scheme, host and port only'],
    ['https://:secret@sms.example.org', 'the endpoint must be scheme, host and port only'],
  ])('says of %j what is wrong', (override, message) => {
    expect(() => endpointOf('huawei-cloud', 'sms', 'cn-north-4', override)).toThrow(new RangeError(message));
  });
});

describe('endpointsOf', () => {
  it('leaves out a service that the cloud lacks', () => {
    expect(endpointsOf('open-telekom-cloud', 'eu-de')).toEqual({
      dcs: 'https://dcs.eu-de.otc.t-systems.com',
      iam: 'https://iam.eu-de.otc.t-systems.com',
    });
  });

  it('uses the SMS region that serves the region, or an override', () => {
    expect(endpointsOf('huawei-cloud', 'cn-north-9').sms).toBe('https://sms.cn-north-4.myhuaweicloud.com');
    const own = endpointsOf('open-telekom-cloud', 'eu-de', { sms: 'http://127.0.0.1:1' });
    expect(own.sms).toBe('http://127.0.0.1:1');
  });

  it('uses the override of every service', () => {
    const moved = { dcs: 'https://d.example.org', sms: 'https://s.example.org', iam: 'https://i.example.org' };
    expect(endpointsOf('open-telekom-cloud', 'anywhere', moved)).toEqual(moved);
  });

  it('has both services where both are', () => {
    expect(endpointsOf('huawei-cloud', 'cn-north-4')).toEqual({
      dcs: 'https://dcs.cn-north-4.myhuaweicloud.com',
      sms: 'https://sms.cn-north-4.myhuaweicloud.com',
      iam: 'https://iam.cn-north-4.myhuaweicloud.com',
    });
  });

  it('refuses a region without any service', () => {
    const nothing = /^huawei-cloud has no DCS in this region; allowed are af-south-1, cn-north-1, /;
    expect(() => endpointsOf('huawei-cloud', 'mars-1')).toThrow(nothing);
    expect(() => endpointsOf('huawei-cloud', 'mars-1', { iam: 'https://i.example.org' })).toThrow(nothing);
    expect(() => endpointsOf('huawei-cloud', 'mars-1', { dcs: 'https://d.example.org' })).toThrow(
      /no IAM in this region/,
    );
  });
});
