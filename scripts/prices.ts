/**
 * List prices in US dollars, for US East (N. Virginia), assumed for January 2026, without free tiers. Each comes from the public page
 * that is named in front of it (aws.amazon.com/PAGE/pricing). They are not looked up: enter your region's before you rely on them.
 */
export const PRICES = {
  // lambda
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  // sqs
  sqsFifoRequest: 0.5 / 1e6,
  // dynamodb
  dynamoWrite: 0.625 / 1e6,
  dynamoRead: 0.125 / 1e6,
  dynamoGigabyteMonth: 0.25,
  recoveryGigabyteMonth: 0.2,
  // eventbridge
  event: 1 / 1e6,
  archiveGigabyte: 0.1,
  archiveGigabyteMonth: 0.023,
  // api-gateway
  httpRequest: 1 / 1e6,
  // cloudwatch
  logGigabyte: 0.5,
  logGigabyteMonth: 0.03,
  alarmMetric: 0.1,
  dashboard: 3,
  metric: 0.3,
  // kms: each of the first two rotations of a key raises its price by that of a key
  key: 1,
  kmsRequest: 0.03 / 1e4,
  // secrets-manager
  secret: 0.4,
  secretRequest: 0.05 / 1e4,
  // xray
  trace: 5 / 1e6,
  // ec2/on-demand, "Data transfer"; the first 100 GB a month of an account are free
  gigabyteOut: 0.09,
  // vpc: an hour of each, and of an interface endpoint in each of its zones
  natHour: 0.045,
  natGigabyte: 0.045,
  addressHour: 0.005,
  endpointHour: 0.01,
  endpointGigabyte: 0.01,
};
