// A server with the middleware jub0bs/cors.
package main

import (
	"errors"
	"net/http"
	"slices"

	"fetch-cors-peers/peer"

	"github.com/jub0bs/cors"
)

func main() {
	peer.Serve(func(given peer.Policy, handler http.Handler) (http.Handler, error) {
		config, err := configured(given)
		if err != nil {
			return nil, err
		}
		// If the middleware returns an error, the error is the reason why the middleware cannot express the policy.
		middleware, err := cors.NewMiddleware(config)
		if err != nil {
			return nil, err
		}
		return middleware.Wrap(handler), nil
	})
}

func configured(given peer.Policy) (cors.Config, error) {
	config := cors.Config{
		Origins:         given.Origins.List,
		Credentialed:    given.Credentials,
		Methods:         given.Methods.List,
		RequestHeaders:  given.RequestHeaders.List,
		ResponseHeaders: given.ExposeHeaders.List,
	}
	if !given.Methods.Any {
		config.Methods = append([]string{"GET", "HEAD", "POST"}, given.Methods.List...)
	}
	if given.Credentials && slices.Contains(given.RequestHeaders.List, "*") {
		if given.RequestHeaders.Any {
			return config, errors.New("with credentials, any header also allows Authorization")
		}
		config.RequestHeaders = []string{"*"}
	}
	if given.MaxAge != nil {
		config.MaxAgeInSeconds = *given.MaxAge
		if *given.MaxAge == 0 {
			config.MaxAgeInSeconds = -1
		}
	}
	return config, nil
}
