module fetch-cors-peers

go 1.23

require github.com/rs/cors v1.11.1
