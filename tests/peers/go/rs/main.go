// A server with the middleware rs/cors.
package main

import (
	"errors"
	"net/http"
	"strings"

	"fetch-cors-peers/peer"

	"github.com/rs/cors"
)

func main() {
	peer.Serve(func(given peer.Policy, handler http.Handler) (http.Handler, error) {
		options, err := configured(given)
		if err != nil {
			return nil, err
		}
		return cors.New(options).Handler(handler), nil
	})
}

func configured(given peer.Policy) (cors.Options, error) {
	options := cors.Options{
		AllowCredentials: given.Credentials,
		AllowedHeaders:   given.RequestHeaders.List,
		ExposedHeaders:   given.ExposeHeaders.List,
	}
	for _, origin := range given.Origins.List {
		if isPartialLabel(origin) {
			return options, errors.New("a partial label: the glob also matches further labels")
		}
		options.AllowedOrigins = append(options.AllowedOrigins, origin)
		// The pattern has a colon before the wildcard, so it does not match an origin without a port.
		if base, found := cutAnyPort(origin); found {
			options.AllowedOrigins = append(options.AllowedOrigins, base)
		}
	}
	if given.Methods.Any {
		return options, errors.New("any method")
	}
	// A list replaces the default, so it must include the safelisted methods.
	options.AllowedMethods = append([]string{"GET", "HEAD", "POST"}, given.Methods.List...)
	if given.RequestHeaders.Any {
		return options, errors.New("any header also allows Authorization")
	}
	if given.MaxAge != nil {
		options.MaxAge = *given.MaxAge
		if *given.MaxAge == 0 {
			options.MaxAge = -1
		}
	}
	return options, nil
}

const anyPort = ":*"

func cutAnyPort(origin string) (string, bool) {
	if len(origin) < len(anyPort) || origin[len(origin)-len(anyPort):] != anyPort {
		return "", false
	}
	return origin[:len(origin)-len(anyPort)], true
}

func isPartialLabel(origin string) bool {
	isWhole := origin == "*" || strings.Contains(origin, "://*.") || strings.HasSuffix(origin, anyPort)
	return strings.Contains(origin, "*") && !isWhole
}
