"""The message bus: one contract, kept in memory for `albumen up` alone and over RabbitMQ for several machines."""
