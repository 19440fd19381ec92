"""The whole system on one machine: private PostgreSQL and RabbitMQ, the services, the gateway, a mailbox."""
