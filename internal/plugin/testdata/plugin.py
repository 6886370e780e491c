# A cost plugin on the published interface of Cloudforet (packages spaceone-api and grpcio),
# of a make-believe vendor. It prints the port that it listens at, and ends with its input.
import sys
from concurrent import futures

import grpc
from google.protobuf import empty_pb2, json_format
from spaceone.api.cost_analysis.plugin import cost_pb2, cost_pb2_grpc, data_source_pb2, data_source_pb2_grpc, job_pb2, job_pb2_grpc


def said(message, fields):
    return json_format.ParseDict(fields, message)


class DataSource(data_source_pb2_grpc.DataSourceServicer):
    def init(self, request, context):
        return said(data_source_pb2.PluginInfo(), {"metadata": {
            "currency": "USD", "supported_secret_types": ["MANUAL"], "use_account_routing": True,
            "data_source_rules": [{"name": "match", "conditions_policy": "ALWAYS", "conditions": [],
                                   "actions": {"match_service_account": {"source": "additional_info.Account ID", "target": "data.account_id"}},
                                   "options": {"stop_processing": True}}]}})

    def verify(self, request, context):
        if request.secret_data["key"] != "hunter-two" or request.options["secret_type"] != "MANUAL":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "ERROR_AUTHENTICATE_FAILURE")
        return empty_pb2.Empty()


class Job(job_pb2_grpc.JobServicer):
    def get_tasks(self, request, context):
        accounts = [a["account_id"] for a in request.linked_accounts]
        return said(job_pb2.TasksInfo(), {
            "tasks": [{"task_options": {"account_id": a, "start": request.start}} for a in accounts],
            "changed": [{"start": request.start, "filter": {}}]})


class Cost(cost_pb2_grpc.CostServicer):
    def get_linked_accounts(self, request, context):
        return said(cost_pb2.AccountsInfo(), {"results": [{"account_id": "111", "name": "one"}, {"account_id": "222", "name": "two"}]})

    def get_data(self, request, context):
        account, start = request.task_options["account_id"], request.task_options["start"]
        for day in (1, 2, 31):
            yield said(cost_pb2.CostsInfo(), {"results": [{
                "cost": 0.1 * day, "usage_quantity": 24, "usage_unit": "Hrs", "provider": "aws", "region_code": "us-east-1",
                "product": "AmazonEC2", "usage_type": "BoxUsage", "additional_info": {"Account ID": account}, "billed_date": "%s-%02d" % (start, day)}]})
        yield said(cost_pb2.CostsInfo(), {"results": []})


server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
data_source_pb2_grpc.add_DataSourceServicer_to_server(DataSource(), server)
job_pb2_grpc.add_JobServicer_to_server(Job(), server)
cost_pb2_grpc.add_CostServicer_to_server(Cost(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(None)
