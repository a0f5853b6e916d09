// Generated from test/fixtures/errors.json by `node scripts/error-codes.ts`; a test proves it current.

/** One group per "# status class remedy", with a cause if it isn't the change; under it one line per code: the code, its numeric twin after "=", and what it means. */
export const ERROR_CODES = `# 400 conflict later
CBC.99003651 billing side says another order is in progress for this resource
DCS.4017=111400017 a job on this instance is still in progress
DCS.4026=111400026 the instance is in a state that forbids the operation
DCS.4027=111400027 operation cannot be done on this node
DCS.4049 instance is not in the running state
DCS.4096=111400096 instance is being backed up
DCS.4097=111400097 instance is being restored
DCS.4099=111400099 instance cannot be deleted while creating, starting, stopping or restarting
DCS.4104=111400104 instance is recovering from an internal fault
DCS.4108=111400108 a scale-up order is being processed
DCS.4111=111400111 instance is restarting
DCS.4113=111400113 instance is being scaled up
DCS.4114=111400114 instance is having its configuration changed
DCS.4115=111400115 instance is having its password changed
DCS.4116=111400116 instance is being upgraded
DCS.4117=111400117 instance is being rolled back to an earlier version
DCS.4118=111400118 instance is being created
DCS.4120=111400120 instance is being frozen
DCS.4121 instance password is being reset
DCS.4231 offline key analysis is in progress
DCS.4300 client-IP pass-through switch already being processed
DCS.4918 big-key analysis is in progress
DCS.4975 instance is being created or restarted
SMS.6502 environment check cannot run in the CHECKING state
SMS.7716 a log collection is still running
EPS.0086 enterprise project is being checked
DMS.00400026 instance is in a state that forbids the operation
APIG.3500 another operation has not been written yet
# 401 unauthenticated after_refresh
DCS.1001=111401001 token not valid
DCS.1002=111401002 token expired
DCS.1003=111401003 no token sent
APIGW.0301 IAM credential refused: bad signature, unknown AK, stale date, bad or absent token
APIGW.0303 app credential refused
APIGW.0305 credential refused
APIGW.0307 token must be renewed: expired, revoked, or made for another region
IAM.0001 credential missing or refused
IAM.0063 access token refused
IAM.0066 token expired
IAM.0067 token not valid
# 401 unauthenticated no
DCS.1004=111401004 token belongs to another project than the path
APIGW.0311 debug credential refused
APIG.0312 third-party credential refused
APIG.0313 third-party identity wrong
IAM.0061 account locked
IAM.0062 password wrong
# 403 forbidden no
DCS.2003 role lacks the permission
DCS.2007 policy denies the action
DCS.3002=111403002 tenant is read-only
DCS.3003=111403003 role lacks the permission
SMS.2002 no permission
SMS.2248 resource is not yours
APIGW.0302 IAM user may not call the API
APIGW.0304 app may not call the API
APIGW.0306 API access denied
APIG.0314 third-party access denied
IAM.0002 not authorised
IAM.0003 policy denies the action
# 404 not_found no
DCS.3022=111404022 instance does not exist
DCS.4023=111404023 order does not exist
SMS.2252 source has no task
# 400 invalid_request no
DCS.3053 node id not recognised
DCS.4002=111400002 project id has the wrong shape
DCS.4004=111400004 no request body was sent
DCS.4005=111400005 body is not JSON or has illegal characters
DCS.4006 cache engine kind not offered
DCS.4007=111400007 instance kind not offered
DCS.4008=111400008 cache engine version not offered
DCS.4009=111400009 product id not recognised
DCS.4010=111400010 instance name breaks the naming rule (4-64 chars, letters, digits, _ and -)
DCS.4011=111400011 description longer than 1024
DCS.4012=111400012 capacity value not acceptable
DCS.4013=111400013 vpc_id not acceptable
DCS.4014=111400014 security_group_id not acceptable
DCS.4016=111400016 subnet_id not acceptable
DCS.4018=111400018 subnet is not part of the VPC
DCS.4019=111400019 password too weak
DCS.4020=111400020 subnet has DHCP switched off
DCS.4021=111400021 isAutoRenew is neither 0 nor 1
DCS.4022=111400022 engine and product id do not belong together
DCS.4025 end of range lies before its start
DCS.4028 diagnosis range longer than ten minutes
DCS.4030 start of range older than seven days
DCS.4031 start of range lies in the future
DCS.4033 start of range precedes the instance start
DCS.4037=111400037 instanceParams is not JSON or has illegal characters
DCS.4038=111400038 periodNum is not an integer
DCS.4042=111400042 availability zone unknown
DCS.4046=111400046 security group unknown
DCS.4047=111400047 periodType is neither 2 nor 3
DCS.4048=111400048 security group must let every protocol in and out
DCS.4052 custom domain name check failed
DCS.4053=111400053 upgrade target equals the present version
DCS.4061=111400061 instance id has the wrong shape
DCS.4062=111400062 a parameter is not acceptable
DCS.4063=111400063 a parameter is not acceptable
DCS.4064=111400064 action must be start, stop or restart
DCS.4065=111400065 instances is null or absent
DCS.4066=111400066 value of a configuration parameter not acceptable
DCS.4067=111400067 available_zones must hold exactly one zone id
DCS.4068=111400068 VPC unknown
DCS.4070=111400070 task id has the wrong shape
DCS.4072=111400072 saveDays of the backup policy not acceptable
DCS.4073=111400073 backupType of the backup policy not acceptable
DCS.4074=111400074 periodType of the backup policy not acceptable
DCS.4075=111400075 backupAt of the backup policy not acceptable
DCS.4076=111400076 beginAt of the backup policy not acceptable
DCS.4080=111400080 instance password check failed
DCS.4086=111400086 only master/standby instances allow this
DCS.4094=111400094 background tasks not available on this system
DCS.4095=111400095 backup and restore not available on this system
DCS.4098=111400098 remark longer than 128
DCS.4100=111400100 more than 50 instance ids
DCS.4102=111400102 resizing not available
DCS.4103=111400103 new capacity must exceed the old one
DCS.4105=111400105 reserved-memory exceeds free memory
DCS.4106=111400106 maintenance window not acceptable
DCS.4200 instance kind cannot be changed
DCS.4201 SSL not available on this instance
DCS.4202 SSL settings in the request are not acceptable
DCS.4253 every replica has priority 0
DCS.4800=111400800 the named item is not acceptable
DCS.4819 first_scan_at not ISO UTC or not in the future
DCS.4820 interval negative
DCS.4821 timeout too short for the interval
DCS.4822 scan_keys_count outside 10-1000
DCS.4838 client-IP pass-through feature off
DCS.4839 public DNS feature off
DCS.4840 DNS feature off
DCS.4841 instance cannot do client-IP pass-through
DCS.4843=111400843 no_password_access absent or not acceptable
DCS.4844=111400844 access_user absent or not acceptable
DCS.4845=111400845 password absent or not acceptable
DCS.4848 session management not available
DCS.4849=111400849 new_password must not be sent
DCS.4855 table: master/standby swap not available. The batch-stop page uses the same code for an unacceptable migration task id
DCS.4879 last replica address cannot leave DNS
DCS.4919 big-key analysis not available
DCS.4927 spec_code not acceptable
DCS.4930 node_list not acceptable
DCS.4931 node is not a read replica
DCS.4933 availability-zone list not acceptable
DCS.4935 one replica DNS address must remain
DCS.4936 master cannot be deleted
DCS.4937 at least one replica must remain
DCS.4939 slave_priority_weight not acceptable
DCS.4999 domain name update feature off
DCS.5050 shared VPCs cannot be used
SMS.0522 a parameter holds illegal characters
SMS.2206 OS not supported
SMS.6001 source name required
SMS.6002 source name must be 1-64 long
SMS.6003 name allows letters, digits, underscore, dot and hyphen only
SMS.6004 subtask name not acceptable
SMS.6006 source platform information malformed
SMS.6010 body is not JSON
SMS.6011 JSON body does not fit the specification
SMS.6012 body is empty
SMS.6013 parameters are incomplete
SMS.6014 a parameter in the body is too long
SMS.6020 command name missing
SMS.6022 result malformed
SMS.6023 result_detail malformed
SMS.6030 source server id not acceptable
SMS.6031 target server information missing
SMS.6032 vm_id of the target missing
SMS.6033 disk information missing
SMS.6034 region name not acceptable
SMS.6101 progress outside 0-100
SMS.6102 parameters are not JSON
SMS.6103 disk id missing
SMS.6104 physical volume name missing
SMS.6105 physical volume size missing or not acceptable
SMS.6303 agent too old
SMS.6401 encoding not supported
SMS.6402 algorithm unknown
SMS.6404 integer conversion failed
SMS.6405 time malformed
SMS.6503 source OS version unreadable
SMS.6504 source OS or firmware not supported
SMS.6505 source firmware is neither BIOS nor UEFI
SMS.6506 source CPU count unreadable
SMS.6507 system directory not opened
SMS.6508 disk format other than GPT or MBR
SMS.6509 file system not supported
SMS.6510 source OS is an OEM build
SMS.6511 driver files missing
SMS.6512 required system services not running
SMS.6513 no administrator rights on source
SMS.6514 memory size unreadable
SMS.6515 paravirtualised source
SMS.6516 boot loader must be GRUB
SMS.6517 rsync missing
SMS.6518 raw device present
SMS.6519 disk information unreadable
SMS.6530 source IP not acceptable
SMS.6531 boot partition missing
SMS.6532 system disk must be the first disk
SMS.6533 VSS missing
SMS.6534 system directory empty
SMS.6535 UEFI source cannot get an automatic target
SMS.6536 Windows 2003 source may lose its network
SMS.6537 system disk above 1 TB
SMS.6538 new partition or volume smaller than its used space
SMS.6539 disk smaller than its partitions
SMS.6540 Windows target partition cannot shrink
SMS.6541 volume group smaller than its volumes
SMS.6561 target not booted with UEFI
SMS.6601 OS type not acceptable
SMS.6602 target EIP not acceptable
SMS.6605 ACL or security group settings wrong
SMS.6610 task OS differs from source OS
SMS.6611 partition too small
SMS.6612 partition size must be a whole number of MB
SMS.6613 GPT disk needs 33 MB spare
SMS.6614 target disk must exceed its partitions
SMS.6616 OS cannot do block migration
SMS.6617 kernel cannot do block migration
SMS.6619 disk encryption key not available
SMS.6620 key not enabled
SMS.7321 region of template and project differ
SMS.7705 JSON fault while creating a task
SMS.7707 agent too old for log upload
SMS.7711 task name not acceptable
SMS.7712 task type not acceptable
SMS.7724 project id missing
SMS.7725 region information missing
SMS.7726 copystate or migrationcycle absent
SMS.7727 copystate or migrationcycle empty
SMS.7728 copystate and migrationcycle do not fit each other (matrix in lifecycle.md)
SMS.8102 target missing from the task
SMS.8106 target disk information not acceptable
SMS.8111 no disk information
SMS.8112 no snapshot information
SMS.9001 parameters not acceptable
SMS.9002 user tags not available
SMS.9005 enterprise project not bound
# 404 not_found no address
DCS.4001=111404001 URL unknown
APIGW.0101 no such API for this host, method and path (or not published)
# 400 forbidden no quota
DCS.4035=111400035 instance quota used up
DCS.4036=111400036 memory quota used up
DCS.4039=111400039 a quota limit was hit
DCS.4875 replica limit reached
SMS.6407 quota not sufficient, use MgC
SMS.6501 limit of 1000 source servers reached
SMS.6526 clone quota used up
SMS.7113 template limit reached
SMS.8115 limit of 50 templates reached
# 400 conflict no
DCS.4045=111400045 instance is already unfrozen
DCS.4060=111400060 instance name already taken
DCS.4087=111400087 backup to restore from did not succeed
DCS.4107=111400107 an unpaid scale-up order is open
DCS.4846 client-IP pass-through is already off
DCS.4847 client-IP pass-through is already on
DCS.4850=111400850 instance allows password-free access, so the operation is refused
DCS.4911 subnet has no free addresses
DCS.4998 domain name already current
SMS.1038 pause needs a created or monitored task
SMS.1039 resume needs a paused task
SMS.1040 restart needs a failed task
SMS.6021 command does not match the one SMS issued
SMS.6615 target server is already used by a task
SMS.7111 delete the tasks using the template first
SMS.7112 template name taken
SMS.7303 default one cannot be deleted
SMS.7311 delete the sources of the project first
SMS.7312 project name taken
SMS.7313 a default project exists already
SMS.7605 server is already the target of another task
# 409 conflict no
DCS.4050 custom domain name already exists
DCS.4051 DNS name is still in the instance history
# 400 service_error later
DCS.4054=111400054 zone is sold out
SMS.6106 progress not readable
SMS.6304 configuration not readable
SMS.6560 project-level token not obtained
SMS.6562 target IP not obtained
SMS.6603 connection to SMS lost
SMS.6604 ACL or firewall details unavailable
SMS.6618 kernel details unavailable
SMS.7501 application id not generated
SMS.7604 source id not generated
SMS.8101 target not stopped
SMS.8104 target details unavailable
SMS.8105 target disk details unavailable
SMS.8108 disk not attached
SMS.8110 disk not detached
# 500 conflict later
DCS.4069=111400069 someone else is changing the parameters of this instance
# 500 service_error reconcile
DCS.4101=111400101 backup file could not be deleted
DCS.4842=111400842 background job failed
DCS.5000=111500000 internal error
DCS.5006=111500006 job could not be submitted
DCS.5017=111500017 instance could not be stored
DCS.5020=111500020 port could not be added to the VM
DCS.5024=111500024 instance query failed
DCS.5031=111500031 instance creation failed
DCS.5032=111500032 order creation failed
DCS.5037=111500037 order query failed
DCS.5039 IAM could not be reached
DCS.5040 agency query at IAM failed
DCS.5041=111500041 no resource tenant free
DCS.5042 agency creation at IAM failed
DCS.5043 permission query at IAM failed
DCS.5044=111500044 resource status update failed
DCS.5045 agency permission grant at IAM failed
DCS.5053=111500053 instance node missing
DCS.5054=111500054 password generation failed
DCS.5070=111500070 internal error
DCS.5071=111500071 backup policy creation failed
DCS.5077=111500077 backup policy query failed
DCS.5078=111500078 backup record query failed
DCS.5079=111500079 restore record query failed
DCS.5081 resource tenant missing
DCS.5082=111500082 backup user registration failed
DCS.5083=111500083 backup user not stored
DCS.5085=111500085 backup policy update failed
DCS.5090=111500090 backup record not stored
DCS.5091=111500091 script failed
DCS.5092=111500092 restore data not stored
DCS.5094 master/standby swap failed
DCS.5104=111500104 order change failed
APIGW.0601 gateway internal fault
# 400 not_found no
DCS.4119=111400119 instance does not exist (the short text talks about a billing query; the long one says the instance is missing)
DCS.4133 migration task (instance job) does not exist; arrives as HTTP 400, the provider turns it into 404
DCS.4232 treated by the provider as "offline key analysis task gone" (meaning inferred from where it is used)
DCS.4941 hot-key task id unknown
DCS.4942 big-key task id unknown
DCS.4988 the provider treats it as "custom parameter template gone" (inferred from where it is used; exact text not found)
SMS.0411 disk no longer exists
SMS.0412 target server no longer exists
SMS.0505 task unknown, probably deleted
SMS.0507 source record deleted, register again
SMS.2216 source unknown
SMS.6302 no speed limit stored
SMS.7101 template unknown
SMS.7301 template (or migration project) unknown
SMS.7304 default one does not exist
SMS.7602 source server unknown
SMS.7606 source has no task
SMS.7703 task does not exist
SMS.8017 clone server unknown
SMS.8103 target server does not exist
SMS.8107 agent image missing
SMS.8109 source server unknown
SMS.8113 snapshot unknown
CBC.30000067 resource does not exist any more
# 400 conflict after_change
DCS.4957 the task is in a state that forbids the operation (the hint says only successful tasks qualify, so it was written for analysis/backup tasks)
SMS.6005 the source server is in a state that does not allow this
SMS.6520 source server not available
SMS.7601 source has a running task
SMS.7713 start needs Ready, Paused or Error
SMS.7714 pause needs a running task
SMS.7715 sync needs Finished or the continuous sync stage
SMS.7717 logs exist only after the task was started
SMS.7718 rollback needs Synchronization failed
SMS.7719 task cannot be deleted in its present state
SMS.7721 clone or launch needs the continuous sync state
SMS.7722 restart needs a launched target
SMS.7723 deletion needs a connected agent
SMS.9905 password cannot be read in this state
# 405 not_found no address
DCS.5001=111405001 HTTP method not allowed
# 0 unknown no
DCS.5010 code seen in public text, meaning not found
# 500 service_error later
DCS.5095=111500095 script failed and should be retried
SMS.2007 background exception
APIGW.0605 backend name not resolved
APIGW.0606 API configuration not loaded
APIGW.0608 admin token unavailable
APIGW.0609 VPC backend missing
APIGW.0705 backend signature failed
APIG.0615 third-party auth channel fault
APIG.0616 third-party auth request fault
APIG.0617 third-party auth response fault
IAM.0006 IAM internal fault
# 404 service_error later
DCS.5101 agency could not be created
APIGW.0103 backend not found
# 400 unknown no
SMS.0007 agent abnormal
SMS.0201 source network busy, gateway unreachable
SMS.0203 source to gateway timed out
SMS.0206 only x86 sources
SMS.0207 KVM driver missing on source
SMS.0208 service statement confirmation not delivered
SMS.0210 file could not be made on target
SMS.0211 certificate key not delivered to target
SMS.0212 agent restarted, target must be configured again
SMS.0301 network request could not be sent
SMS.0302 name resolution failed
SMS.0303 domain unreachable
SMS.0304 TLS handshake failed
SMS.0401 project id not found
SMS.0406 image not found
SMS.0407 no target information
SMS.0408 target details unavailable
SMS.0409 target volume list unavailable
SMS.0410 source information unavailable
SMS.0413 bucket region query failed
SMS.0414 log copy failed
SMS.0415 target flavor query failed
SMS.0416 no VPC
SMS.0417 no security group
SMS.0418 no subnet
SMS.0419 target volume details unavailable (combined call)
SMS.0420 target disk details unavailable
SMS.0421 domain id query failed
SMS.0422 VPC details unavailable
SMS.0423 VPC abnormal
SMS.0424 target disk list empty
SMS.0425 JSON configuration file unavailable
SMS.0426 response body too long
SMS.0501 progress report failed
SMS.0502 source registration failed
SMS.0503 log upload failed
SMS.0504 task details unavailable
SMS.0506 template details unavailable
SMS.0508 command fetch failed
SMS.0509 side-by-side configuration wrong
SMS.0510 replication status update failed
SMS.0511 private key unavailable
SMS.0512 task details update failed
SMS.0513 subtask could not be added
SMS.0514 source information update failed
SMS.0515 source disks changed
SMS.0516 sync failed, I/O monitor not running
SMS.0519 not enough space
SMS.0520 target password unavailable
SMS.0521 certificate password unavailable
SMS.0601 target creation failed
SMS.0602 VPC creation failed
SMS.0603 security group creation failed
SMS.0604 security group rule failed
SMS.0605 subnet creation failed
SMS.0606 no flavor in this zone
SMS.0607 region absent from cloud-region.json
SMS.0608 volume creation failed
SMS.0804 file upload failed
SMS.0805 partition migration failed
SMS.0806 partition sync failed
SMS.0807 network error source to target
SMS.0808 sync start failed, target disks missing
SMS.1101 target start failed
SMS.1102 target stop failed
SMS.1103 disk attach failed with cause
SMS.1104 disk detach failed with cause
SMS.1105 disk creation failed
SMS.1106 disk deletion failed
SMS.1107 key and certificate upload failed
SMS.1108 disk detach failed
SMS.1109 exception during key and certificate upload
SMS.1110 disk attach failed
SMS.1111 target start failed with cause
SMS.1112 target stop failed with cause
SMS.1113 target partition reconfiguration failed
SMS.1114 command not delivered to target
SMS.1116 disk type not set
SMS.1117 RSA pair not made on target
SMS.1118 file content query failed
SMS.1119 SSHD restart failed
SMS.1120 empty command for Windows
SMS.1201 required component not installed
SMS.1202 agent image id empty
SMS.1203 source memory short
SMS.1204 file could not be made on source
SMS.1205 WMI not loaded
SMS.1301 partition data not written to config
SMS.1311 too few target disks
SMS.1312 partitioning failed
SMS.1313 physical volume creation failed
SMS.1314 formatting failed
SMS.1315 target partition short of space
SMS.1351 mount directory full on source
SMS.1401 I/O module not copied
SMS.1402 SSH client missing
SMS.1403 grub file missing
SMS.1404 disk in unexpected state
SMS.1405 disk information unavailable
SMS.1406 EIP unavailable
SMS.1407 target specification unavailable
SMS.1408 snapshot creation failed
SMS.1409 snapshot deletion failed
SMS.1410 snapshot missing
SMS.1411 snapshot in unexpected state
SMS.1412 snapshot rollback failed
SMS.1413 snapshot status unavailable
SMS.1414 migration module stopped
SMS.1415 I/O module not loaded
SMS.1416 tag not created
SMS.1417 server operation failed
SMS.1423 DNS server details unavailable
SMS.1501 source OS not supported
SMS.1502 target server in unexpected state
SMS.1503 disk is not the boot disk
SMS.1504 disk sizes differ
SMS.1505 boot partition missing
SMS.1506 boot disk missing
SMS.1507 system partition missing
SMS.1508 disk.cfg names something missing
SMS.1509 disk.cfg unusable
SMS.1510 advanced option failed
SMS.1511 consistency check failed
SMS.1701 agent too old for the region
SMS.1702 string to JSON conversion failed
SMS.1801 migration or sync failed
SMS.1802 migration or sync paused
SMS.1805 target memory allocation failed
SMS.1807 target unreachable on port 8900
SMS.1901 agent cannot read disks
SMS.1902 I/O monitor not started
SMS.1903 no valid block data
SMS.1904 Windows snapshot failed
SMS.1905 disk information not read
SMS.1907 migration command not sent
SMS.1908 data transmission failed
SMS.1909 compression failed
SMS.1910 I/O data unavailable
SMS.1911 boot sector not read
SMS.1913 I/O disk check failed
SMS.2003 volume reconfiguration failed
SMS.2004 volume sector backup failed
SMS.2007 target disk write failed
SMS.2009 decompression failed
SMS.2011 receive failed
SMS.2012 volume configuration not parsed
SMS.2013 disk not opened
SMS.2014 partition not hidden
SMS.2015 partition not restored
SMS.2016 drive letter not restored
SMS.2017 volumes not traversed
SMS.2018 volume boot sector not read
SMS.2101 registry not changed
SMS.2102 device information not changed
SMS.2103 active partition not set
SMS.2104 BCD not changed
SMS.2105 boot configuration not changed
SMS.2106 disk check failed
SMS.2201 disk not cleared
SMS.2202 disk format not converted
SMS.2203 partition not created
SMS.2204 partition not formatted
SMS.2205 partition information not updated
SMS.2301 ntcldst not started
SMS.2802 target unreachable on port 8899
SMS.3101 target configuration file not changed
SMS.3102 initrd not changed
SMS.3103 bootloader not run
SMS.3104 fstab not read
SMS.3105 fstab record wrong
SMS.3202 volume group not created
SMS.3203 logical volume not created
SMS.3204 swap not created
SMS.3205 partition not mounted
SMS.3206 partition UUID unavailable
SMS.3207 target file not created
SMS.3208 target file not written
SMS.3209 execute permission not granted
SMS.3210 partition not formatted
SMS.3300 Linux block configuration not read
SMS.3301 certificate not loaded
SMS.3401 RSA key download failed with HTTP status
SMS.3402 RSA key download failed
SMS.3802 SSH to target failed
SMS.3803 public key check failed
SMS.3804 connection credential wrong
SMS.3805 connection timed out
SMS.3806 connection refused
SMS.3807 decompression failed
SMS.3808 ping failed
SMS.3809 RSA certificate not replaced
SMS.5101 agent install failed
SMS.5102 /tmp mounted noexec
SMS.5103 /tmp short of space
SMS.5104 AK/SK paste failed
SMS.5105 no permission in root home
SMS.5106 temporary directory not made
SMS.5107 file not opened for writing
SMS.5108 df command failed
SMS.5109 parallel configuration wrong
SMS.5110 Windows agent does not start
SMS.5111 duplicate volume groups
SMS.5112 linuxmain does not run
SMS.5113 Linux check timed out
SMS.5301 GRUB boot failed
SMS.5302 KVM driver install failed
SMS.5401 target disks offline
SMS.5402 Windows 2003 target network error
SMS.5403 progress slow or stuck
SMS.5404 CentOS 6 target offline
SMS.5601 disk usage differs after migration
SMS.5602 target clock wrong
SMS.5603 Windows target offline
SMS.5604 MySQL does not start
SMS.5605 recovery screen on start
SMS.5606 Xen driver abnormal
SMS.6543 more than 1 TB to move (warning)
SMS.6544 network poor (warning)
SMS.6547 source disk latency high (warning)
SMS.6548 network slow (warning)
SMS.6564 component i386-pc missing on source (named only inside another row, not a row of its own)
# 400 unauthenticated after_refresh
SMS.0202 AK/SK rejected
SMS.0205 AK/SK rejected because the clock or time zone of the source is wrong
SMS.6521 token rejected
SMS.6522 X-Auth-Token header absent
IAM.1108 temporary key expired
# 400 forbidden no
SMS.0204 permissions not sufficient, cause given
SMS.6523 no right to use SMS
SMS.6527 resource belongs to someone else
SMS.8114 target not unlocked
SMS.9003 permissions not sufficient
SMS.9004 policy denies the action
CBC.18000016 no permission at the billing service
# 401 service_error no request
SMS.2003 HTTP method wrong
SMS.2005 Content-Type absent
SMS.2006 Content-Type must be application/json
# 401 invalid_request no
SMS.2004 content above 10240 bytes
# 401 conflict no
SMS.2013 source exists already
# 400 service_error reconcile
SMS.6000 unspecified service fault
SMS.6301 database read or write fault
SMS.7706 update failed; documented cause is a network request fault
# 400 service_error no request
SMS.6015 a request header is missing
SMS.6016 content type must be application/json
APIGW.0106 front-end and back-end parameters do not fit (also seen: a required header such as Content-Type is missing)
APIGW.0201 request parameters not acceptable
APIGW.0602 request malformed
APIG.0204 TLS version refused
# 400 forbidden no credential
SMS.6035 domain id missing
IAM.1109 project not found
# 400 service_error no
SMS.6403 string cannot be split
APIGW.0104 plug-in configuration missing
APIGW.0105 backend configuration missing
# 400 forbidden no account
SMS.6524 not in the open beta
SMS.6525 account frozen or restricted
SMS.6528 real-name check outstanding
SMS.6529 account in arrears or flagged as risky
SMS.6542 account frozen
# 413 service_error no request
APIGW.0201 body above 12 MB
# 414 service_error no request
APIGW.0201 URI too long
# 494 service_error no request
APIGW.0201 headers too large
# 502 service_error reconcile
APIGW.0201 backend not reachable
APIG.0202 backend not reachable
# 504 service_error reconcile
APIGW.0201 backend timed out: outcome unknown
APIG.0203 backend timed out
# 429 throttled later
APIGW.0308 throttled
IAM.0012 throttled
# 403 forbidden no credential
APIGW.0310 project not usable
APIGW.0802 IAM user blocked in this region
IAM.0080 user of the AK disabled
IAM.0081 user may use the console only
IAM.0082 user disabled
IAM.0083 private region closed to the user
# 403 forbidden no network
APIGW.0401 client address unknown
APIGW.0402 client address blocked
APIG.0405 address not trusted
# 403 service_error no
APIGW.0404 backend address blocked
# 405 throttled later
APIGW.0501 app quota used
# 405 forbidden no account
APIGW.0502 app frozen
# 400 service_error no address
APIGW.0607 protocol not supported (use HTTPS)
# 502 service_error later
APIGW.0610 no backend up
# 500 service_error no
APIGW.0611 backend port missing
APIGW.0612 API calls itself
APIG.0107 custom script fault
# 503 service_error later
APIGW.0613 IAM down
# 403 forbidden no address
APIGW.0801 service not offered in this region
# 400 unauthenticated no
APIG.0205 client certificate refused
IAM.1104 AK black-listed
IAM.1105 AK expired
IAM.1106 no user for this AK
IAM.1107 AK switched off
# 404 not_found no credential
IAM.0004 object not found
# 409 conflict no service
IAM.0005 conflict while storing
# 400 invalid_request no credential
IAM.0007 parameter not acceptable
IAM.0009 X-Subject-Token not valid
IAM.0011 body not acceptable
IAM.0072 required property absent
IAM.0073 field value not acceptable
IAM.1101 body size not acceptable
IAM.1102 value in body not acceptable
IAM.1103 required body value absent
# 410 service_error later
IAM.0020 IAM of the region failed over elsewhere
# 401 forbidden no
IAM.0064 access token lacks permission
# 409 forbidden no quota
PAP5.0028 limit exceeded
# 400 throttled later
APIG.3711 operation allowed once per minute`;

/** The provider's texts that name the field at fault, one line per code; the field's place is written as {}. */
export const FIELD_TEXTS = `DCS.4062 Invalid {} parameter in the request.
DCS.4063 Invalid {} parameter in the request.
DCS.4800 Invalid {} in the request.
SMS.0522 The parameter contains invalid characters: {}
IAM.0007 Request parameter {} is invalid.
IAM.0072 '{}' is a required property.`;

/** Status, class, remedy and cause of a code that isn't listed, one line per HTTP status. */
export const BY_STATUS = `400 invalid_request no
401 unauthenticated after_refresh
402 forbidden no account
403 forbidden no
404 not_found no
405 not_found no address
406 service_error no request
408 service_error reconcile
409 conflict later
410 not_found no
411 service_error no request
412 conflict no
413 invalid_request no
414 invalid_request no
415 service_error no request
422 invalid_request no
423 conflict later
425 service_error later
429 throttled later
431 service_error no request
494 service_error no request
500 service_error reconcile
501 service_error no
502 service_error reconcile
503 service_error later
504 service_error reconcile
other unknown no`;

/** The same of a reply without a code, where that differs. */
export const WITHOUT_CODE = `400 service_error no proxy
402 forbidden no account
403 forbidden no firewall
404 not_found no address
405 not_found no address
406 service_error no request
407 service_error no proxy
410 not_found no address
411 service_error no request
412 service_error no proxy
413 service_error no proxy
414 service_error no proxy
415 service_error no request
417 service_error no request
418 forbidden no firewall
421 not_found no address
422 service_error no proxy
426 service_error no request
428 service_error no request
431 service_error no request
451 forbidden no firewall
494 service_error no request
other unknown no proxy`;
