// Calls the API as the Go SDK does: connect-go with WithGRPC on net/http's default client, which is gRPC over HTTP/1.1
// on an http:// URL and HTTP/2 by ALPN on https://; a token before the first call, one more try with a new one.
//
// Reads one JSON object a line, {"method", "request", "token"?}, and answers each with one line: {"response"} or
// {"code", "message", "details"}, and "protocol", the HTTP version that was spoken. {"verify", "as", "later"} asks for the
// claims of a token (tokens.go).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

const deadline = 60 * time.Second

type call struct {
	Method  string          `json:"method"`
	Request json.RawMessage `json:"request"`
	Token   *string         `json:"token"`
	Verify  string          `json:"verify"`
	As      string          `json:"as"`
	Later   int64           `json:"later"`
}

type answer struct {
	Response json.RawMessage   `json:"response,omitempty"`
	Code     string            `json:"code,omitempty"`
	Message  string            `json:"message,omitempty"`
	Details  []json.RawMessage `json:"details,omitempty"`
	Protocol string            `json:"protocol,omitempty"`
}

type caller struct {
	environment string
	files       *protoregistry.Files
	types       *dynamicpb.Types
	token       string
	protocol    string
}

func main() {
	set := new(descriptorpb.FileDescriptorSet)
	check(proto.Unmarshal(must(os.ReadFile(os.Args[1])), set))
	files := must(protodesc.NewFiles(set))
	c := &caller{environment: required("SCALEKIT_ENVIRONMENT_URL"), files: files, types: dynamicpb.NewTypes(files)}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked call
		check(json.Unmarshal(line, &asked))
		fmt.Println(string(must(json.Marshal(c.answer(asked)))))
	}
}

func (c *caller) answer(asked call) (answered answer) {
	// What fails here, and not at the server, fails one call.
	defer func() {
		if fault := recover(); fault != nil {
			answered = answer{Code: "caller_failed", Message: fmt.Sprint(fault)}
		}
	}()
	if asked.Verify != "" {
		return c.verify(asked.Verify, asked.As, asked.Later)
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	if asked.Token != nil {
		return c.call(ctx, asked, *asked.Token)
	}
	if c.token == "" {
		// Its failure shows in the call, which is then refused.
		c.token, _ = c.fetchToken()
	}
	answered = c.call(ctx, asked, c.token)
	if answered.Code == connect.CodeUnauthenticated.String() {
		token, err := c.fetchToken()
		if err != nil {
			return answer{Code: connect.CodeUnauthenticated.String(), Message: err.Error()}
		}
		c.token = token
		answered = c.call(ctx, asked, c.token)
	}
	return answered
}

func (c *caller) call(ctx context.Context, asked call, token string) answer {
	name := protoreflect.FullName(strings.ReplaceAll(asked.Method, "/", "."))
	method := must(c.files.FindDescriptorByName(name)).(protoreflect.MethodDescriptor)
	message := dynamicpb.NewMessage(method.Input())
	check(protojson.UnmarshalOptions{Resolver: c.types}.Unmarshal(asked.Request, message))
	client := connect.NewClient[dynamicpb.Message, dynamicpb.Message](
		spy{c}, c.environment+"/"+asked.Method, connect.WithGRPC(), connect.WithSchema(method),
		connect.WithResponseInitializer(func(_ connect.Spec, response any) error {
			*response.(*dynamicpb.Message) = *dynamicpb.NewMessage(method.Output())
			return nil
		}))
	request := connect.NewRequest(message)
	if token != "" {
		request.Header().Set("Authorization", "Bearer "+token)
	}
	response, err := client.CallUnary(ctx, request)
	if err != nil {
		return c.refused(err)
	}
	return answer{Response: c.json(response.Msg), Protocol: c.protocol}
}

func (c *caller) refused(err error) answer {
	refusal := new(connect.Error)
	if !errors.As(err, &refusal) {
		return answer{Code: connect.CodeOf(err).String(), Message: err.Error()}
	}
	answered := answer{Code: refusal.Code().String(), Message: refusal.Message(), Protocol: c.protocol}
	for _, detail := range refusal.Details() {
		kind := must(c.types.FindMessageByName(protoreflect.FullName(detail.Type())))
		message := kind.New().Interface()
		check(proto.Unmarshal(detail.Bytes(), message))
		answered.Details = append(answered.Details, c.json(message))
	}
	return answered
}

func (c *caller) fetchToken() (string, error) {
	response, err := http.PostForm(c.environment+"/oauth/token", url.Values{"grant_type": {"client_credentials"},
		"client_id": {required("SCALEKIT_CLIENT_ID")}, "client_secret": {required("SCALEKIT_CLIENT_SECRET")}})
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("token: %s", response.Status)
	}
	var body struct {
		Token string `json:"access_token"`
	}
	return body.Token, json.NewDecoder(response.Body).Decode(&body)
}

func (c *caller) json(message proto.Message) json.RawMessage {
	return must(protojson.MarshalOptions{UseProtoNames: true, Resolver: c.types}.Marshal(message))
}

// spy notes the HTTP version of each answer.
type spy struct{ caller *caller }

func (s spy) Do(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultClient.Do(request)
	if err == nil {
		s.caller.protocol = response.Proto
	}
	return response, err
}

func required(variable string) string {
	value := os.Getenv(variable)
	if value == "" {
		panic(variable + " is not set")
	}
	return value
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
