import json,sys,tempfile
from pathlib import Path
from dev.simulator.server import SimulatorServer
from dev.simulator import seed
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, run_on
def show(r):
    print("  ", r.ok, r.message[:300]); 
    for row in r.rows[:3]: print("     ", json.dumps(row)[:700])
with SimulatorServer(connect_dialect="vendor", alerts=8, connect_run_seconds=0.05) as s:
    soar=LocalSoar(Path(tempfile.mkdtemp(dir="/tmp/venapp"))/"soar")
    soar.create_asset(ASSET,{"base_url":s.url,"api_token":seed.TOKEN})
    def do(a,**k):
        n=len(s.log); print("==",a,k); r=run_on(soar,a,**k); show(r)
        print("   asked:",[f"{q.method} {q.path.replace('/plugin/products/connect','')}" for q in list(s.log)[n:]], )
        return r
    do("list data connections"); do("get data connection",data_connection_id=1)
    do("list destinations"); do("get destination",destination_id="https/1"); do("get destination",destination_id=1)
    do("list data sources"); do("get data source",data_source_id="savedquestions/1"); do("get data source",data_source_id="2")
    d=do("create destination",name="Mine",url="https://soar.example.com/r",authentication="header",auth_secret="simulator-only",headers='{"X-A":"b"}',batch_size=5,timeout=7)
    ref=d.rows[0].get("reference") if d.rows else None
    do("update destination",destination_id=ref,batch_size=9)
    do("update destination",destination_id=ref,batch_size=9,keep_secrets=True)
    do("create data connection",name="New",data_source_id="savedquestions/1",destination_id=ref)
    c=do("create data connection",name="New",data_source_id="savedquestions/1",destination_id=ref,keep_secrets=True,columns='[{"name":"Count","renameTo":"c"}]',filters='[{"column":"Computer Name","operator":"starts with","value":"ws-"}]',schedule='{"intervalSeconds":3600}',generate_document=False,surround_with_source=True,log_level="error")
    i=c.summary.get("data_connection_id")
    do("get data connection",data_connection_id=i)
    do("update data connection",data_connection_id=i,description="x",keep_secrets=True)
    do("disable data connection",data_connection_id=i); do("enable data connection",data_connection_id=i)
    do("run data connection",data_connection_id=i); do("run data connection",data_connection_id=i,wait=True,timeout=20)
    do("get connection run",data_connection_id=i); do("stop data connection",data_connection_id=i); do("stop data connection",data_connection_id=i, run_id=1)
    do("list connection logs",data_connection_id=i,with_lines=True); do("list connection logs")
    do("list schedules"); do("get schedule",schedule_id=i); do("get connect status")
    do("delete destination",destination_id=ref); do("delete data connection",data_connection_id=i); do("delete destination",destination_id=ref)
    do("create destination",name="P",url="https://a.example.com/x",method="PATCH"); do("create destination",name="P",url="https://a.example.com/x",authentication="ibm_iam",api_key="simulator-only")
