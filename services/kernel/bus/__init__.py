"""The message bus: one contract, implemented in memory for `albumen up` and over RabbitMQ for several machines."""
