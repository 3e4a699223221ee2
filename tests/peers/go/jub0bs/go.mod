module fetch-cors-peers/jub0bs

go 1.25.0

require (
	fetch-cors-peers/peer v0.0.0
	github.com/jub0bs/cors v1.0.1
)

require (
	golang.org/x/net v0.53.0 // indirect
	golang.org/x/text v0.36.0 // indirect
)

replace fetch-cors-peers/peer => ../peer
