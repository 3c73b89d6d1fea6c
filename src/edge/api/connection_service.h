// scalekit.v1.connections.ConnectionService: convert, call, convert.
#pragma once

#include <string>
#include <utility>

#include "app/connections/connections.h"
#include "scalekit/v1/connections/connections.doorward.h"

namespace doorward::api {

class ConnectionService : public ::scalekit::v1::connections::ConnectionServiceInterface {
 public:
  using CreateConnectionRequest = ::scalekit::v1::connections::CreateConnectionRequest;
  using CreateConnectionResponse = ::scalekit::v1::connections::CreateConnectionResponse;
  using AssignDomainsToConnectionRequest = ::scalekit::v1::connections::AssignDomainsToConnectionRequest;
  using AssignDomainsToConnectionResponse = ::scalekit::v1::connections::AssignDomainsToConnectionResponse;
  using GetConnectionRequest = ::scalekit::v1::connections::GetConnectionRequest;
  using GetConnectionResponse = ::scalekit::v1::connections::GetConnectionResponse;
  using ListConnectionsRequest = ::scalekit::v1::connections::ListConnectionsRequest;
  using ListConnectionsResponse = ::scalekit::v1::connections::ListConnectionsResponse;
  using ListOrganizationConnectionsRequest = ::scalekit::v1::connections::ListOrganizationConnectionsRequest;
  using ListOrganizationConnectionsResponse = ::scalekit::v1::connections::ListOrganizationConnectionsResponse;
  using SearchOrganizationConnectionsRequest = ::scalekit::v1::connections::SearchOrganizationConnectionsRequest;
  using SearchOrganizationConnectionsResponse = ::scalekit::v1::connections::SearchOrganizationConnectionsResponse;
  using UpdateConnectionRequest = ::scalekit::v1::connections::UpdateConnectionRequest;
  using UpdateConnectionResponse = ::scalekit::v1::connections::UpdateConnectionResponse;
  using DeleteConnectionRequest = ::scalekit::v1::connections::DeleteConnectionRequest;
  using ToggleConnectionRequest = ::scalekit::v1::connections::ToggleConnectionRequest;
  using ToggleConnectionResponse = ::scalekit::v1::connections::ToggleConnectionResponse;
  using GetConnectionTestResultRequest = ::scalekit::v1::connections::GetConnectionTestResultRequest;
  using GetConnectionTestResultResponse = ::scalekit::v1::connections::GetConnectionTestResultResponse;

  // `connections` must outlive this. `base_url` is where browsers reach this server, without '/' at its end.
  ConnectionService(Connections& connections, std::string base_url)
      : connections_(connections), base_url_(std::move(base_url)) {}

  task<Result<CreateConnectionResponse>> create_connection(const rpc::CallContext& call,
                                                           const CreateConnectionRequest& request) override;
  task<Result<AssignDomainsToConnectionResponse>> assign_domains_to_connection(
      const rpc::CallContext& call, const AssignDomainsToConnectionRequest& request) override;
  task<Result<GetConnectionResponse>> get_connection(const rpc::CallContext& call,
                                                     const GetConnectionRequest& request) override;
  task<Result<ListConnectionsResponse>> list_connections(const rpc::CallContext& call,
                                                         const ListConnectionsRequest& request) override;
  task<Result<ListOrganizationConnectionsResponse>> list_organization_connections(
      const rpc::CallContext& call, const ListOrganizationConnectionsRequest& request) override;
  task<Result<SearchOrganizationConnectionsResponse>> search_organization_connections(
      const rpc::CallContext& call, const SearchOrganizationConnectionsRequest& request) override;
  task<Result<UpdateConnectionResponse>> update_connection(const rpc::CallContext& call,
                                                           const UpdateConnectionRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_connection(const rpc::CallContext& call,
                                                          const DeleteConnectionRequest& request) override;
  task<Result<ToggleConnectionResponse>> enable_connection(const rpc::CallContext& call,
                                                           const ToggleConnectionRequest& request) override;
  task<Result<ToggleConnectionResponse>> disable_connection(const rpc::CallContext& call,
                                                            const ToggleConnectionRequest& request) override;
  task<Result<GetConnectionTestResultResponse>> get_connection_test_result(
      const rpc::CallContext& call, const GetConnectionTestResultRequest& request) override;

 private:
  task<Result<ToggleConnectionResponse>> toggle(const rpc::CallContext& call, const ToggleConnectionRequest& request,
                                                bool enabled);

  Connections& connections_;
  std::string base_url_;
};

}  // namespace doorward::api
