module fetch-cors-peers/peer

go 1.23
