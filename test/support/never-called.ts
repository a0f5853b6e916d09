/**
 * What CloudFormation's registry names for a type, and the relay's resources never cause, each list with its reason. A name that ends
 * in a colon stands for the whole service.
 */
export const NEVER_CALLED: Record<string, [reason: string, actions: string][]> = {
  'AWS::ApiGatewayV2::Api': [['no API is imported', 's3:']],
  'AWS::ApiGatewayV2::Integration': [['the API may invoke the function without a role', 'iam:']],
  'AWS::ApiGatewayV2::Stage': [
    ['IAM has no such action: tagging is a POST, PUT or DELETE', 'apigateway:TagResource apigateway:UntagResource'],
  ],
  'AWS::DynamoDB::Table': [
    ['the table imports nothing', 'dynamodb:ImportTable dynamodb:DescribeImport logs: s3:'],
    [
      'the table has no replica',
      'dynamodb:CreateTableReplica dynamodb:AssociateTableReplica iam: dynamodb:Scan dynamodb:Query dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:BatchWriteItem',
    ],
    [
      'the table has no stream, no insights and no policy',
      'kinesis: dynamodb:EnableKinesisStreamingDestination dynamodb:DisableKinesisStreamingDestination dynamodb:UpdateKinesisStreamingDestination dynamodb:UpdateContributorInsights dynamodb:PutResourcePolicy dynamodb:DeleteResourcePolicy',
    ],
    ['the key never changes and is named by its ARN', 'kms:RevokeGrant kms:ListAliases'],
  ],
  'AWS::Events::EventBus': [['IAM has no such action: it is ReEncryptFrom and ReEncryptTo', 'kms:ReEncrypt']],
  'AWS::Events::Rule': [['a log group is written without a role', 'iam:']],
  'AWS::IAM::ManagedPolicy': [
    [
      'the template attaches the policies to nobody',
      'iam:AttachRolePolicy iam:AttachUserPolicy iam:AttachGroupPolicy iam:DetachRolePolicy iam:DetachUserPolicy iam:DetachGroupPolicy',
    ],
  ],
  'AWS::IAM::Policy': [
    [
      'it belongs to a role',
      'iam:GetUserPolicy iam:PutUserPolicy iam:DeleteUserPolicy iam:GetGroupPolicy iam:PutGroupPolicy iam:DeleteGroupPolicy',
    ],
  ],
  'AWS::IAM::Role': [
    ['no role has a managed policy', 'iam:AttachRolePolicy'],
    ['a role never loses its boundary', 'iam:DeleteRolePermissionsBoundary'],
    ['who may assume a role never changes', 'iam:UpdateAssumeRolePolicy'],
  ],
  'AWS::KMS::Key': [['the key is enabled and rotates', 'kms:DisableKey kms:EnableKey kms:DisableKeyRotation']],
  'AWS::Lambda::EventSourceMapping': [
    ['the filter is not encrypted', 'kms:DescribeKey kms:GenerateDataKey kms:Decrypt'],
  ],
  'AWS::Lambda::Function': [
    ['the function has no file system', 'elasticfilesystem: s3files:'],
    [
      'the function has no layer, signature, version, pinned runtime or capacity provider',
      'lambda:GetLayerVersion lambda:GetCodeSigningConfig lambda:PutFunctionCodeSigningConfig lambda:DeleteFunctionCodeSigningConfig lambda:PublishVersion lambda:PutRuntimeManagementConfig lambda:PutFunctionScalingConfig lambda:PassCapacityProvider',
    ],
    ['the bucket keeps no versions', 's3:GetObjectVersion'],
  ],
  'AWS::Logs::LogGroup': [
    [
      'the group has no index, no token and no deletion protection',
      'logs:PutIndexPolicy logs:DeleteIndexPolicy logs:PutBearerTokenAuthentication logs:PutLogGroupDeletionProtection',
    ],
    ['findings of the data protection are not sent on', 'firehose: s3:'],
    ['the group always has a key and a retention', 'logs:DisassociateKmsKey logs:DeleteRetentionPolicy'],
  ],
  'AWS::S3::Bucket': [
    ['the bucket has no table', 's3tables:'],
    [
      'the bucket has no such setting',
      'iam: s3:DeleteBucketTagging s3:PutBucketAbac s3:PutAnalyticsConfiguration s3:PutBucketCORS s3:PutInventoryConfiguration s3:PutLifecycleConfiguration s3:PutMetricsConfiguration s3:PutBucketNotification s3:PutBucketReplication s3:PutBucketWebsite s3:PutAccelerateConfiguration s3:PutReplicationConfiguration s3:PutObjectAcl s3:PutBucketObjectLockConfiguration s3:PutBucketAcl s3:DeleteObject s3:PutBucketLogging s3:PutBucketVersioning s3:PutObjectLockConfiguration s3:PutBucketOwnershipControls s3:PutIntelligentTieringConfiguration s3:CreateBucketMetadataTableConfiguration s3:DeleteBucketMetadataTableConfiguration s3:UpdateBucketMetadataJournalTableConfiguration s3:UpdateBucketMetadataInventoryTableConfiguration s3:UpdateBucketMetadataAnnotationTableConfiguration s3:DeleteBucketWebsite s3:DeleteBucketAnalyticsConfiguration s3:DeleteBucketCors s3:DeleteBucketMetricsConfiguration s3:DeleteBucketEncryption s3:DeleteBucketLifecycle s3:DeleteBucketReplication',
    ],
  ],
};
