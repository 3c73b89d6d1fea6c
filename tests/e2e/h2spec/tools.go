//go:build tools

// The HTTP/2 conformance tests that test_http2_conformance.py runs. This file only keeps their module in go.mod.
package tools

import _ "github.com/summerwind/h2spec/cmd/h2spec"
