/** A part of AWS that has accounts, ARNs and host names of its own. */
export interface Partition {
  /** The second word of its ARNs. */
  name: string;
  /** The end of its host names. */
  domain: string;
}

/** The partitions by the first words of their regions (AWS General Reference, "Regions and zones"). */
const PARTITIONS: readonly [prefix: string, name: string, domain: string][] = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com'],
  ['eusc-', 'aws-eusc', 'amazonaws.eu'],
  ['us-iso-', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-', 'aws-iso-f', 'csp.hci.ic.gov'],
];

/** The partition of a region. One that no other partition claims is in the commercial one. */
export function partitionOf(region: string): Partition {
  const [, name = 'aws', domain = 'amazonaws.com'] = PARTITIONS.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return { name, domain };
}

/** A region's name, of any partition. */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
