import base64, hashlib, hmac, json, os, subprocess, threading, time, urllib.error, urllib.request, uuid

PROJECT = "0123456789abcdef0123456789abcdef"
# Each run has a source of its own, so that its changes are new ones.
SOURCE = f"/orchestrator/{uuid.uuid4()}"
SECRET = base64.b64decode("bG9jYWwtd2ViaG9vay1zZWNyZXQtMDAwMDAwMDAwMDE=")

with open(os.environ.get("RELAY_STACK_FILE", ".local/stack.json")) as file:
    STACK = json.load(file)
FOLLOWER = subprocess.Popen(["node", "src/cli/bin.js", "results", "--follow", "--json"], stdout=subprocess.PIPE)


def call(method, url, body=None, headers={}):
    """Makes a request. Gives status, headers and text of the reply, whatever its status."""
    request = urllib.request.Request(url, method=method, data=body, headers=headers)
    try:
        reply = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        reply = error
    with reply:
        return reply.status, reply.headers, reply.read().decode()


def carry(*wanted):
    """Sends changes in one request, and ends when all have succeeded. Gives the id of what they created."""
    changes = [{"specversion": "1.0", "source": SOURCE, "id": id, "type": type, "data": data} for id, type, data in wanted]
    post(json.dumps(changes).encode())
    created = None
    for id, _type, _data in wanted:
        data = result_of(id)
        if data["outcome"] != "succeeded":
            raise SystemExit(f"{id}: {json.dumps(data)}")
        print(f"{id:18} succeeded" + (f", created {data['created']}" if "created" in data else ""))
        created = data.get("created", created)
    return created


ENDED = {}


def result_of(id):
    """Waits for the result of a change of this run."""
    while id not in ENDED:
        line = FOLLOWER.stdout.readline()
        if not line:
            raise SystemExit(f"{id}: no result")
        data = json.loads(line)["data"]
        if data["change"].get("source") == SOURCE:
            ENDED[data["change"]["id"]] = data
    return ENDED[id]


def post(body):
    """Posts to the webhook, signed as docs/producer.md explains."""
    message, timestamp = f"msg_{uuid.uuid4()}", str(int(time.time()))
    mac = hmac.new(SECRET, f"{message}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(mac).decode()
    headers = {"webhook-id": message, "webhook-timestamp": timestamp, "webhook-signature": signature}
    headers["content-type"] = "application/cloudevents-batch+json"
    status, _headers, text = call("POST", STACK["webhookUrl"], body, headers)
    if status != 202:
        raise SystemExit(text)


def login():
    """A token of the provider, to read with."""
    user = {"name": "relay", "password": "simulator-password", "domain": {"name": "simulator"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}}
    _status, headers, _text = call("POST", STACK["simulatorUrl"] + "/v3/auth/tokens", json.dumps(body).encode())
    return headers["x-subject-token"]


def until(path, member, value, task):
    """Reads until a member has this value. A real task moves on by itself; one of the simulator moves when it is told to."""
    for _read in range(20):
        _status, _headers, text = call("GET", STACK["simulatorUrl"] + path, headers={"x-auth-token": TOKEN})
        if json.loads(text).get(member) == value:
            return print(f"{'':18} {member} is {value}")
        call("POST", f"{STACK['simulatorUrl']}/simulator/tasks/{task}/advance")
        time.sleep(0.05)
    raise SystemExit(f"{member} of {path} does not become {value}")


def move_redis():
    name = f"redis-{uuid.uuid4()}"
    body = {"name": name, "vpc_id": "vpc-1", "subnet_id": "subnet-1", "security_group_id": "group-1"}
    create = {"project_id": PROJECT, "body": body}
    task_id = carry(("redis-create", "migration.dcs.online-migration.create", create))
    task = {"project_id": PROJECT, "task_id": task_id}
    path, advance = f"/v2/{PROJECT}/migration-task/{task_id}", f"dcs/{PROJECT}/{task_id}"
    until(path, "status", "RUNNING", advance)

    configuration = {
        "migration_method": "incremental_migration",
        "resume_mode": "auto",
        "source_instance": {"id": "redis-old", "password_ref": "migration-relay/local/redis/source"},
        "target_instance": {"id": "redis-new", "password_ref": "migration-relay/local/redis/target"},
    }
    carry(("redis-configure", "migration.dcs.online-migration.configure", {**task, "body": configuration}))
    until(path, "status", "INCRMIGEATING", advance)

    exchange = {**task, "body": {"is_exchange_domain": False}}
    carry(("redis-exchange-ip", "migration.dcs.online-migration.exchange-ip", exchange))
    until(path, "task_status", "EXCHANGE_SUCCESS", advance)

    carry(("redis-stop", "migration.dcs.migration-task.stop", task))
    until(path, "status", "TERMINATED", advance)

    delete = {"project_id": PROJECT, "body": {"task_id_list": [task_id]}}
    carry(("redis-delete", "migration.dcs.migration-task.delete", delete))
    until(f"/v2/{PROJECT}/migration-tasks?name={name}", "count", 0, advance)


def move_server():
    # The agent on a real server registers it. Here the simulator is told that it is there.
    source_id = str(uuid.uuid4())
    call("PUT", f"{STACK['simulatorUrl']}/simulator/sources/sms/{source_id}")

    body = {
        "name": "web-01",
        "type": "MIGRATE_FILE",
        "os_type": "LINUX",
        "region_id": "ap-southeast-3",
        "region_name": "ap-southeast-3",
        "project_id": PROJECT,
        "project_name": "ap-southeast-3",
        "syncing": True,
        "source_server": {"id": source_id},
        "target_server": {"vm_id": "vm-1", "name": "web-01-new"},
    }
    task_id = carry(("server-create", "migration.sms.task.create", {"body": body}))
    path, advance = f"/v3/tasks/{task_id}", f"sms/{task_id}"
    until(path, "state", "READY", advance)

    def on_task(body):
        return {"task_id": task_id, "body": body}

    limits = [{"start": "08:00", "end": "18:00", "speed": 50}]
    options = [{"config_key": "MIGRATE_EXCLUDE_DIR", "config_value": "/var/cache"}]
    carry(
        ("server-limit-speed", "migration.sms.task.limit-speed", on_task({"speed_limit": limits})),
        ("server-set-options", "migration.sms.task.set-options", on_task({"configurations": options})),
        ("server-start", "migration.sms.task.act", on_task({"operation": "start"})),
    )
    until(path, "state", "SYNCING", advance)

    carry(("server-cutover", "migration.sms.task.act", on_task({"operation": "cutover"})))
    until(f"/v3/sources/{source_id}", "state", "finished", advance)

    carry(("server-stop", "migration.sms.task.act", on_task({"operation": "stop"})))
    until(path, "state", "ABORT", advance)

    carry(("server-delete", "migration.sms.task.delete", {"task_id": task_id}))
    until(path, "error_code", "SMS.7703", advance)

    carry(("source-delete", "migration.sms.source.delete", {"source_id": source_id}))


deadline = threading.Timer(120, FOLLOWER.kill)
deadline.start()
try:
    TOKEN = login()
    move_redis()
    move_server()
finally:
    deadline.cancel()
    FOLLOWER.terminate()
