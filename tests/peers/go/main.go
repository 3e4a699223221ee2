// A server with rs/cors in front of it.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/rs/cors"
)

type policy struct {
	Origins        names `json:"origins"`
	Credentials    bool  `json:"credentials"`
	Methods        names `json:"methods"`
	RequestHeaders names `json:"request_headers"`
	ExposeHeaders  names `json:"expose_headers"`
	MaxAge         *int  `json:"max_age"`
}

// A list, or "*" alone.
type names struct {
	any  bool
	list []string
}

func (n *names) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		*n = names{any: true, list: []string{"*"}}
		return nil
	}
	return json.Unmarshal(text, &n.list)
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	fail(err)
	var given policy
	fail(json.Unmarshal(text, &given))
	options := configured(given)

	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[2])
	fail(err)
	fmt.Printf("{\"listening\": %d}\n", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		// Whoever started this holds the other end.
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fail(http.Serve(listener, cors.New(options).Handler(http.HandlerFunc(handler))))
}

func configured(given policy) cors.Options {
	options := cors.Options{
		AllowCredentials: given.Credentials,
		AllowedHeaders:   given.RequestHeaders.list,
		ExposedHeaders:   given.ExposeHeaders.list,
	}
	for _, origin := range given.Origins.list {
		options.AllowedOrigins = append(options.AllowedOrigins, origin)
		// A wildcard stands for characters, the colon is one of the others.
		if base, found := cutAnyPort(origin); found {
			options.AllowedOrigins = append(options.AllowedOrigins, base)
		}
	}
	if given.Methods.any {
		cannotExpress("any method")
	}
	// A list replaces the default: the safelisted methods are named too.
	options.AllowedMethods = append([]string{"GET", "HEAD", "POST"}, given.Methods.list...)
	if given.RequestHeaders.any {
		cannotExpress("any header covers Authorization")
	}
	if given.MaxAge != nil {
		options.MaxAge = *given.MaxAge
		if *given.MaxAge == 0 {
			options.MaxAge = -1
		}
	}
	return options
}

func cutAnyPort(origin string) (string, bool) {
	const anyPort = ":*"
	if len(origin) < len(anyPort) || origin[len(origin)-len(anyPort):] != anyPort {
		return "", false
	}
	return origin[:len(origin)-len(anyPort)], true
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

func cannotExpress(why string) {
	json.NewEncoder(os.Stdout).Encode(map[string]string{"cannot_express": why})
	os.Exit(3)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
