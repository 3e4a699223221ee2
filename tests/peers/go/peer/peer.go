// Package peer is a server with a middleware under test.
package peer

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
)

type Policy struct {
	Origins        Names `json:"origins"`
	Credentials    bool  `json:"credentials"`
	Methods        Names `json:"methods"`
	RequestHeaders Names `json:"request_headers"`
	ExposeHeaders  Names `json:"expose_headers"`
	MaxAge         *int  `json:"max_age"`
}

// Names is "*" or a list.
type Names struct {
	Any  bool
	List []string
}

func (n *Names) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		*n = Names{Any: true, List: []string{"*"}}
		return nil
	}
	return json.Unmarshal(text, &n.List)
}

// Serve runs a handler behind the middleware. If behind returns an error, the middleware cannot express the policy.
func Serve(behind func(Policy, http.Handler) (http.Handler, error)) {
	text, err := os.ReadFile(os.Args[1])
	fail(err)
	var given Policy
	fail(json.Unmarshal(text, &given))
	served, err := behind(given, http.HandlerFunc(handler))
	if err != nil {
		json.NewEncoder(os.Stdout).Encode(map[string]string{"cannot_express": err.Error()})
		os.Exit(3)
	}

	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[2])
	fail(err)
	fmt.Printf("{\"listening\": %d}\n", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		// The parent process has the other end of standard input. When the parent ends, the server exits.
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fail(http.Serve(listener, served))
}

func handler(response http.ResponseWriter, request *http.Request) {
	header := response.Header()
	header.Set("Cache-Control", "max-age=60")
	header.Set("Content-Type", "text/plain")
	header.Set("ETag", `"1"`)
	header.Set("Fetch-Cors-Handler", "here")
	header.Set("X-Internal", "1")
	header.Set("X-Request-Id", "7")
	header.Set("X-Total-Count", "3")
	for _, line := range request.Header["Fetch-Cors-Handler"] {
		if name, value, found := strings.Cut(line, ":"); found && strings.EqualFold(name, "Vary") {
			header.Add(name, strings.TrimSpace(value))
		} else if found {
			header.Set(name, strings.TrimSpace(value))
		}
	}
	if request.URL.Path == "/error" || request.URL.Path == "/fails" {
		response.WriteHeader(http.StatusInternalServerError)
	}
	io.WriteString(response, "content\n")
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
