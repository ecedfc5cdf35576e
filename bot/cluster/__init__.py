"""What several processes of one service share through Redis. Nothing in it is needed for correctness: without Redis each process goes on alone."""
