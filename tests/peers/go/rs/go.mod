module fetch-cors-peers/rs

go 1.23

require (
	fetch-cors-peers/peer v0.0.0
	github.com/rs/cors v1.11.1
)

replace fetch-cors-peers/peer => ../peer
